import type { IncomingHttpHeaders } from 'node:http';

import { InvalidQueryError, VersionStaleError } from '@xzepr/core';

import { HttpError } from './http-error.js';

const TAGS = /^\s*(?:W\/)?"[\x21\x23-\x7e]*"\s*(?:,\s*(?:W\/)?"[\x21\x23-\x7e]*"\s*)*$/;

/** @internal The entity tag of a receiver or a group at one of its versions. */
export function versionTag(resourceVersion: number): string {
  return `"${String(resourceVersion)}"`;
}

/**
 * The version that the caller has read, from `If-Match`; undefined for `*`, which takes any. Of several tags the one counts that
 * `current` has, which is asked only then.
 *
 * @throws HttpError there is no If-Match
 * @throws VersionStaleError no tag can be that of a version: weak ones never match (RFC 9110, 13.1.1)
 * @internal
 */
export async function expectedVersion(
  headers: IncomingHttpHeaders,
  current: () => Promise<{ readonly resourceVersion: number }>,
): Promise<number | undefined> {
  const header = headers['if-match'];
  if (header === undefined) {
    throw new HttpError('IF_MATCH_REQUIRED', 'say which version is to be changed: send its ETag in If-Match');
  }
  if (header.trim() === '*') return undefined;
  const versions = tagsIn(header, '/if-match').flatMap((tag) => /^"([1-9]\d{0,8})"$/.exec(tag)?.[1] ?? []);
  if (versions.length === 1) return Number(versions[0]);
  const { resourceVersion } = await current();
  if (!versions.includes(String(resourceVersion))) throw new VersionStaleError(resourceVersion);
  return resourceVersion;
}

/** @internal Whether the caller has `tag` already, by `If-None-Match`, which compares weakly (RFC 9110, 13.1.2). */
export function isNotModified(headers: IncomingHttpHeaders, tag: string): boolean {
  const header = headers['if-none-match'];
  if (header === undefined) return false;
  return header.trim() === '*' || tagsIn(header, '/if-none-match').some((given) => given.replace(/^W\//, '') === tag);
}

function tagsIn(header: string, pointer: string): readonly string[] {
  if (!TAGS.test(header)) throw new InvalidQueryError([{ pointer, detail: 'must be * or entity tags in quotes' }]);
  return header.split(',').map((tag) => tag.trim());
}
