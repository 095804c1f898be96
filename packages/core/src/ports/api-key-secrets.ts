/** @public Makes the secret part of API keys. */
export interface ApiKeySecrets {
  /** A new key, `xzepr_<32 random bytes, base64url>_<checksum>`. */
  generate(): string;
}
