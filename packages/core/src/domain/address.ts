const IPV6 = /^[0-9a-f:]*:[0-9a-f:]*(?:\d+\.\d+\.\d+\.\d+)?$/i;

/**
 * What an address counts as when failures and requests are counted: itself, or for IPv6 its /64, which is what one customer gets
 * (RFC 6177).
 *
 * @public
 */
export function networkOf(address: string): string {
  const [bare = ''] = address.split('%', 1);
  if (!IPV6.test(bare)) return address;
  const [head = '', tail] = bare.split('::', 2);
  const left = groupsIn(head);
  const right = groupsIn(tail ?? '');
  const gap = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const whole = [...left, ...Array.from({ length: gap }, () => '0'), ...right];
  return `${whole.slice(0, 4).join(':')}::/64`;
}

/** An IPv4 address at the end takes the place of two groups, and is not in the first four. */
function groupsIn(text: string): readonly string[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => (group.includes('.') ? ['0', '0'] : [trimmed(group)]));
}

function trimmed(group: string): string {
  return group.toLowerCase().replace(/^0+(?=.)/, '');
}
