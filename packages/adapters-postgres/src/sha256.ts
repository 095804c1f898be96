import { hash } from 'node:crypto';

/** @internal 64 lower-case hexadecimal digits. */
export function sha256(text: string): string {
  return hash('sha256', text);
}
