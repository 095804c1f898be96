const ALPHABET = /^[\w-]+$/;

/**
 * The bytes that `text` writes, or undefined when it is empty or not exactly what base64url makes of them: no padding, no
 * white space, no `+` or `/`, no bits set that do not count. So no two texts mean the same bytes.
 *
 * @internal
 */
export function bytesOf(text: string): Buffer | undefined {
  if (!ALPHABET.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}
