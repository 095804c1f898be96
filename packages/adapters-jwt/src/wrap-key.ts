import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

import { bytesOf } from './base64url.js';
import { KeyRefusedError } from './ring-key.js';

/** @public What a key is wrapped with: a secret of 32 characters or more that nobody could guess, as `openssl rand` makes them. */
export interface Wrapping {
  readonly kid: string;
  readonly wrappingSecret: string;
}

const CIPHER = 'aes-256-gcm';
const VERSION = 'v1';
const PURPOSE = 'xzepr key ring: wrapping';
const [KEY_BYTES, SALT_BYTES, NONCE_BYTES, TAG_BYTES] = [32, 16, 12, 16];
const MIN_SECRET_LENGTH = 32;

/**
 * `material` so that it can lie in a database: encrypted with AES-256-GCM under a key derived from the wrapping secret (HKDF,
 * SHA-256, a salt of its own), and bound to `kid`, so that no wrapped key can be put in another's place.
 *
 * @throws RangeError the wrapping secret is too short
 * @public
 */
export function wrapKey(material: string, { kid, wrappingSecret }: Wrapping): string {
  const [salt, nonce] = [randomBytes(SALT_BYTES), randomBytes(NONCE_BYTES)];
  const cipher = createCipheriv(CIPHER, derivedKey(wrappingSecret, salt), nonce).setAAD(Buffer.from(kid));
  const text = Buffer.concat([cipher.update(material, 'utf8'), cipher.final()]);
  const sealed = Buffer.concat([salt, nonce, cipher.getAuthTag(), text]);
  return `${VERSION}.${sealed.toString('base64url')}`;
}

/**
 * The material that {@link wrapKey} wrapped.
 *
 * @throws KeyRefusedError it was wrapped with another secret or for another `kid`, or altered
 * @throws RangeError the wrapping secret is too short
 * @public
 */
export function unwrapKey(wrapped: string, { kid, wrappingSecret }: Wrapping): string {
  const [version, sealed = '', ...rest] = wrapped.split('.');
  const bytes = version === VERSION && rest.length === 0 ? bytesOf(sealed) : undefined;
  if (bytes === undefined || bytes.length <= SALT_BYTES + NONCE_BYTES + TAG_BYTES) {
    throw new KeyRefusedError(kid, 'is not wrapped in a form that is known here');
  }
  const [salt, nonce, tag, text] = cut(bytes);
  const decipher = createDecipheriv(CIPHER, derivedKey(wrappingSecret, salt), nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(kid)).setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new KeyRefusedError(kid, 'was wrapped with another secret or for another key, or altered', { cause });
  }
}

function derivedKey(secret: string, salt: Buffer): Buffer {
  if (secret.length < MIN_SECRET_LENGTH) {
    throw new RangeError(`the wrapping secret must have ${MIN_SECRET_LENGTH} characters or more`);
  }
  return Buffer.from(hkdfSync('sha256', secret, salt, PURPOSE, KEY_BYTES));
}

function cut(bytes: Buffer): readonly [salt: Buffer, nonce: Buffer, tag: Buffer, text: Buffer] {
  const [nonceAt, tagAt] = [SALT_BYTES, SALT_BYTES + NONCE_BYTES];
  const textAt = tagAt + TAG_BYTES;
  return [
    bytes.subarray(0, nonceAt),
    bytes.subarray(nonceAt, tagAt),
    bytes.subarray(tagAt, textAt),
    bytes.subarray(textAt),
  ];
}
