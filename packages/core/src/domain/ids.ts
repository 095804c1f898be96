import type { Branded } from './branded.js';

/** @public ULID of an event; sorts by when it was made. */
export type EventId = Branded<string, 'EventId'>;
/** @public ULID of an event receiver. */
export type ReceiverId = Branded<string, 'ReceiverId'>;
/** @public ULID of an event receiver group. */
export type GroupId = Branded<string, 'GroupId'>;
/** @public ULID of a transition; the same for the same group, subject, generation and time. */
export type TransitionId = Branded<string, 'TransitionId'>;
/** @public ULID of an API key, which is not the key. */
export type ApiKeyId = Branded<string, 'ApiKeyId'>;
/** @public ULID of a user. */
export type UserId = Branded<string, 'UserId'>;
/** @public ULID of a session: a sign-in and every token that came of it. */
export type SessionId = Branded<string, 'SessionId'>;
/** @public ULID of an access token, its `jti`. */
export type TokenId = Branded<string, 'TokenId'>;
/** @public ULID of an entry of the audit log. */
export type AuditId = Branded<string, 'AuditId'>;

/**
 * Any of the ids of the registry.
 *
 * @public
 */
export type AnyId = EventId | ReceiverId | GroupId | TransitionId | ApiKeyId | UserId | SessionId | TokenId | AuditId;

/** The first character carries three bits: a greater one would not fit the 128. */
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_CHARACTERS = 10;
const RANDOM_CHARACTERS = 16;

/**
 * `text` as an id, or undefined when it is not a ULID in upper case (26 characters of Crockford's base 32).
 *
 * @public
 */
export function parseId<Id extends AnyId>(text: string): Id | undefined {
  return ULID.test(text) ? (text as Id) : undefined;
}

/**
 * The ULID of a moment and of 80 bits that are given instead of drawn, as the first 20 characters of `hex`.
 *
 * @internal
 */
export function ulidOf(unixMs: number, hex: string): string {
  return base32(BigInt(unixMs), TIME_CHARACTERS) + base32(BigInt(`0x${hex.slice(0, 20)}`), RANDOM_CHARACTERS);
}

function base32(value: bigint, characters: number): string {
  let text = '';
  for (let rest = value; text.length < characters; rest >>= 5n) text = CROCKFORD.charAt(Number(rest & 31n)) + text;
  return text;
}
