import { createRequire } from 'node:module';

interface Definitions {
  readonly $schema: string;
  readonly definitions: Readonly<Record<string, unknown>>;
}

/** @internal One kind of GitHub webhook: what GitHub promises of it, and what it really sent. */
export interface WebhookKind {
  readonly name: string;
  readonly schema: unknown;
  readonly payloads: readonly unknown[];
}

/** @internal Every kind of webhook that has example payloads. */
export function webhookKinds(): readonly WebhookKind[] {
  const load = createRequire(import.meta.url);
  const whole = load('@octokit/webhooks-schemas') as Definitions;
  const examples = load('@octokit/webhooks-examples') as readonly { name: string; examples: readonly unknown[] }[];
  return examples.map(({ name, examples: payloads }) => ({ name, schema: schemaOf(whole, name), payloads }));
}

/** The part of GitHub's one large schema that speaks of this kind, able to stand alone. */
function schemaOf({ $schema, definitions }: Definitions, name: string): unknown {
  const roots = Object.keys(definitions).filter((key) => key.startsWith(`${name}$`));
  if (roots.length === 0) throw new Error(`GitHub's schemas do not know ${name}`);
  const reached = new Set<string>();
  const reach = (key: string): void => {
    if (reached.has(key)) return;
    reached.add(key);
    for (const [, next] of JSON.stringify(definitions[key]).matchAll(/"#\/definitions\/([^"]+)"/g))
      if (next !== undefined) reach(next);
  };
  roots.forEach(reach);
  return {
    $schema,
    anyOf: roots.map((key) => ({ $ref: `#/definitions/${key}` })),
    definitions: Object.fromEntries([...reached].map((key) => [key, definitions[key]])),
  };
}

/** @internal What the payload itself says of the outcome; what says nothing is a success. */
export function successOf(payload: unknown): boolean {
  return !/"(?:conclusion|state)":"(?:failure|error|timed_out|cancelled)"/.test(JSON.stringify(payload));
}
