/** @public Hashing. */
export interface Digest {
  /** SHA-256 of the UTF-8 form of `text`, 64 lower-case hexadecimal digits. */
  sha256(text: string): string;
}
