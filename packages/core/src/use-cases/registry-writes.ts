import { VersionStaleError } from '../errors.js';

/**
 * @throws VersionStaleError it is not at the version that the caller has read
 * @internal
 */
export function expectVersion(current: { readonly resourceVersion: number }, expected: number | undefined): void {
  if (expected !== undefined && current.resourceVersion !== expected)
    throw new VersionStaleError(current.resourceVersion);
}
