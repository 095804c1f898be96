/** @public Makes the secret part of API keys. */
export interface ApiKeySecrets {
  /**
   * A new key, `xzepr_<32 random bytes, base64url>_<checksum>`. The checksum is for scanners that look for leaked keys, of
   * letters, digits, `_` and `-`; the registry does not look at it.
   */
  generate(): string;
}
