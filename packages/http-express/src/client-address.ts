import { isIPv6 } from 'node:net';

import type { Request } from 'express';

/**
 * The address of the client, as the application's `trust proxy` setting says it is known.
 *
 * @internal
 */
export function addressOf(request: Request): string {
  return (request.ip ?? 'unknown').replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}

/**
 * What an address counts as: itself, or for IPv6 its /64, which is what one customer gets (RFC 6177).
 *
 * @internal
 */
export function addressKey(address: string): string {
  const [bare = ''] = address.split('%', 1);
  if (!isIPv6(bare)) return address;
  const [head = '', tail] = bare.split('::', 2);
  const left = groupsIn(head);
  const right = groupsIn(tail ?? '');
  const gap = tail === undefined ? 0 : 8 - left.length - right.length;
  const whole = [...left, ...Array.from({ length: gap }, () => '0'), ...right];
  return `${whole.slice(0, 4).join(':')}::/64`;
}

/** An IPv4 address at the end takes the place of two groups, and is not in the first four. */
function groupsIn(text: string): readonly string[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => (group.includes('.') ? ['0', '0'] : [trimmed(group)]));
}

function trimmed(group: string): string {
  return group.toLowerCase().replace(/^0+(?=.)/, '');
}
