import { createRequire } from 'node:module';

import { schemaOf } from './webhook-schema.js';
import type { JsonSchema } from './webhook-schema.js';

/** @internal */
export type Payload = Readonly<Record<string, unknown>>;

/** @internal One kind of GitHub webhook: what GitHub promises of it, and what it really sent. */
export interface WebhookKind {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly payloads: readonly Payload[];
}

/** @internal Every kind of webhook that has example payloads. */
export function webhookKinds(): readonly WebhookKind[] {
  const require = createRequire(import.meta.url);
  const whole = require('@octokit/webhooks-schemas') as JsonSchema;
  const examples = require('@octokit/webhooks-examples') as readonly { name: string; examples: readonly Payload[] }[];
  return examples.map(({ name, examples: payloads }) => ({ name, schema: schemaOf(whole, name), payloads }));
}
