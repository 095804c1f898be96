import type { Registry } from '@xzepr/core';

/**
 * Sees to it that someone can get in: the key that the operator chose, or one that is made when there is none at all.
 *
 * @returns the key that was made, to be shown this once
 */
export async function firstKey(registry: Registry, chosen: string | undefined): Promise<string | undefined> {
  if (chosen === undefined) return registry.makeFirstAdminKey();
  await registry.installAdminKey(chosen);
  return undefined;
}
