import { hash } from 'node:crypto';

import type { RegistryName } from '@xzepr/core';

/** @internal 64 lower-case hexadecimal digits. */
export function sha256(text: string): string {
  return hash('sha256', text);
}

/** @internal What no two receivers, and no two groups, have in common. */
export function nameHash({ name, type, version }: RegistryName): string {
  return sha256(JSON.stringify([name, type, version]));
}
