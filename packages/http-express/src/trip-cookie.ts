import type { IncomingHttpHeaders } from 'node:http';

const NAME = 'xzepr_trip';

/**
 * The cookie that ties a sign-in through a provider to the browser that began it. Only the callback gets it, no script reads it,
 * and it comes along when the provider sends the browser back (`Lax`).
 *
 * @internal
 */
export function tripCookie(path: string, isSecure: boolean, value: string, maxAgeSeconds: number): string {
  const secure = isSecure ? '; Secure' : '';
  return `${NAME}=${value}; Path=${path}; Max-Age=${String(maxAgeSeconds)}; HttpOnly; SameSite=Lax${secure}`;
}

/** @internal The value of that cookie; undefined when it is not there, or twice. */
export function tripIn({ cookie = '' }: IncomingHttpHeaders): string | undefined {
  const values = cookie.split(';').flatMap((pair) => {
    const [name, value] = pair.trim().split('=', 2);
    return name === NAME && value !== undefined ? [value] : [];
  });
  return values.length === 1 ? values[0] : undefined;
}
