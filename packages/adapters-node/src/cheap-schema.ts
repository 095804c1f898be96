/**
 * Whether checking any payload against `schema` takes time linear in the payload and small, so that it may be done on the
 * event loop. Only keywords are let through whose check looks at each part of the payload once and does a bounded amount of
 * work there: no combinators, no references, no patterns, no formats, no comparison of parts with one another.
 *
 * @internal
 */
export function isCheap(schema: unknown): boolean {
  return costOf(schema, MAX_DEPTH) <= MAX_NODES;
}

const MAX_DEPTH = 8;
const MAX_NODES = 300;
const TOO_MUCH = Number.POSITIVE_INFINITY;
const MAX_ENUM = 100;

/** Keywords with values that say what they say and lead nowhere. */
const PLAIN = new Set([
  ...['$schema', '$comment', 'title', 'description', 'default', 'examples', 'deprecated', 'readOnly', 'writeOnly'],
  ...['type', 'required', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'minLength', 'maxLength'],
  ...['minItems', 'maxItems', 'minProperties', 'maxProperties'],
]);

function costOf(schema: unknown, depth: number): number {
  if (typeof schema === 'boolean') return 1;
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema) || depth === 0) return TOO_MUCH;
  return Object.entries(schema).reduce((sum, [keyword, value]) => sum + keywordCost(keyword, value, depth), 1);
}

function keywordCost(keyword: string, value: unknown, depth: number): number {
  if (PLAIN.has(keyword)) return 1;
  return Object.hasOwn(COST, keyword) ? (COST[keyword]?.(value, depth) ?? TOO_MUCH) : TOO_MUCH;
}

const COST: Readonly<Record<string, (value: unknown, depth: number) => number>> = {
  $schema: (value) => (typeof value === 'string' && value.includes('2020-12') ? 0 : TOO_MUCH),
  const: (value) => (isScalar(value) ? 1 : TOO_MUCH),
  enum: (value) => (Array.isArray(value) && value.length <= MAX_ENUM && value.every(isScalar) ? 1 : TOO_MUCH),
  items: (value, depth) => costOf(value, depth - 1),
  additionalProperties: (value, depth) => costOf(value, depth - 1),
  properties: propertiesCost,
};

function propertiesCost(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return TOO_MUCH;
  return Object.values(value).reduce((sum: number, child) => sum + costOf(child, depth - 1), 0);
}

function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}
