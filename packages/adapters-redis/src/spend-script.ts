/**
 * Spends ARGV[1] points of what KEYS[1] has, ARGV[3] of them in ARGV[2] seconds, or gives them back when ARGV[1] is negative, and
 * answers what is spent then and in how many milliseconds the window ends. When it is more than there is, nothing is written and
 * the answer is what would have been spent: more than ARGV[3], which is how rate-limiter-flexible tells a refusal. Its own script
 * writes first and compares later, so that whoever keeps asking keeps being refused.
 *
 * @internal
 */
export const SPEND_SCRIPT: string = `
local cost = tonumber(ARGV[1])
local spent = tonumber(redis.call('get', KEYS[1]) or 0)
local ttl = redis.call('pttl', KEYS[1])
if ttl < 0 then
  if cost < 0 then return {0, 0} end
  if cost <= tonumber(ARGV[3]) then redis.call('set', KEYS[1], ARGV[1], 'EX', ARGV[2]) end
  return {cost, 1000 * ARGV[2]}
end
if spent + cost < 0 then cost = -spent end
if spent + cost <= tonumber(ARGV[3]) then redis.call('incrby', KEYS[1], string.format('%d', cost)) end
return {spent + cost, ttl}
`;
