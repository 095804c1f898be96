import type { ByName } from './answers.js';
import type { Api } from './api.js';
import type { WebhookKind } from './github.js';

/** @internal What the acts of the story share. */
export interface Scene {
  readonly api: Api;
  readonly kinds: readonly WebhookKind[];
  readonly receivers: ByName;
  readonly gates: ByName;
}
