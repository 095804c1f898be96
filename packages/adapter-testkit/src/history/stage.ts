import type { Registry } from '@xzepr/core';

import type { BackendHarness } from '../backend-harness.js';
import type { PostAction } from './actions.js';
import type { Model } from './model.js';

/** @internal A history while it goes on: the registries it is played on, and the model that is told the same. */
export interface Stage {
  readonly feed: BackendHarness['feed'];
  /** Two that settle nothing by themselves, so that it is known when subjects are settled. */
  readonly registries: readonly [Registry, Registry];
  readonly reconciling: Registry;
  readonly model: Model;
  readonly receiverIds: readonly string[];
  readonly subjects: readonly string[];
  /** How many groups were made so far, deleted ones too. */
  readonly made: { count: number };
  /** What was posted under a key, which is its place here, and the answer that was kept. */
  readonly posted: { readonly post: PostAction; readonly answer: string }[];
}
