import type { AuditId } from './ids.js';
import type { Origin, Principal } from './principal.js';
import type { Timestamp } from './timestamp.js';

/**
 * Everything that matters to security. `burst` tells of many failures of one account, address or key at once, instead of each.
 *
 * @public
 */
export const SECURITY_EVENT_KINDS = [
  'sign_in.succeeded',
  'sign_in.failed',
  'sign_in.slowed',
  'access.denied',
  'rate.limited',
  'origin.refused',
  'input.refused',
  'credential.refused',
  'token.reused',
  'token.revoked',
  'api_key.created',
  'api_key.rotated',
  'api_key.revoked',
  'user.created',
  'user.changed',
  'user.roles_changed',
  'user.password_changed',
  'user.enabled',
  'user.disabled',
  'group.member_added',
  'group.member_removed',
  'signing_key.added',
  'settings.loaded',
  'burst',
] as const;

/** @public One of {@link SECURITY_EVENT_KINDS}. */
export type SecurityEventKind = (typeof SECURITY_EVENT_KINDS)[number];

/**
 * Something that matters to security. Holds no secret, payload or key, and no text that a stranger chose beyond `target`.
 *
 * @public
 */
export interface SecurityEvent {
  readonly kind: SecurityEventKind;
  /** Who did it, by the id of the principal; undefined when nobody knows. */
  readonly actor: string | undefined;
  /** What it was done to: an id, a username, a permission, a route. At most 255 characters. */
  readonly target: string | undefined;
  readonly origin: Origin;
  /** What else there is to know: short words and numbers. */
  readonly detail: Readonly<Record<string, string | number | boolean>>;
}

/**
 * A security event as it is kept, for good.
 *
 * @public
 */
export interface AuditEntry extends SecurityEvent {
  readonly id: AuditId;
  readonly at: Timestamp;
}

const TARGET_CHARACTERS = 255;

/**
 * What `principal` did.
 *
 * @public
 */
export function securityEvent(
  kind: SecurityEventKind,
  principal: Principal | undefined,
  target?: string,
  detail: SecurityEvent['detail'] = {},
): SecurityEvent {
  const short = target?.toWellFormed().replaceAll('\0', '\u{fffd}').slice(0, TARGET_CHARACTERS).toWellFormed();
  return { kind, actor: principal?.id, target: short, origin: principal?.origin ?? {}, detail };
}
