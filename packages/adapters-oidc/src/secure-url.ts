const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
const MAX_LENGTH = 2_048;

/**
 * What is wrong with a URL that keys or tokens come from, undefined when nothing is. It must be https: whoever can change the
 * answer decides who gets in. `allowInsecure` lets http pass to this machine itself, for tests and for trying things out.
 *
 * @internal
 */
export function urlFault(text: unknown, allowInsecure: boolean): string | undefined {
  const url = typeof text === 'string' && text.length <= MAX_LENGTH ? URL.parse(text) : null;
  if (url === null) return 'must be an absolute URL';
  if (`${url.username}${url.password}${url.hash}` !== '')
    return 'must carry neither a user name or password nor a fragment';
  return url.protocol === 'https:' ? undefined : insecurity(url, allowInsecure);
}

function insecurity({ protocol, hostname }: URL, allowInsecure: boolean): string | undefined {
  if (protocol !== 'http:' || !LOOPBACK.test(hostname)) return 'must be https';
  return allowInsecure ? undefined : 'must be https; http to this machine needs allow_insecure';
}
