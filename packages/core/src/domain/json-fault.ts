/**
 * What can be wrong with JSON text. `syntax`: it is not JSON. The others are JSON that is not taken: `too-deep`, more
 * containers in each other than allowed; `duplicate-member`, one object with the same name twice; `lone-surrogate`, a string
 * that is not Unicode text (RFC 7493, 2.1 and 2.3).
 *
 * @public
 */
export type JsonFaultKind = 'syntax' | 'too-deep' | 'duplicate-member' | 'lone-surrogate';

/**
 * One thing wrong with JSON text. `pointer` is the RFC 6901 pointer of the value at fault, empty for `syntax`; a member name
 * in it that is longer than 256 characters is cut and ends in an ellipsis, and lone surrogates in it become U+FFFD. `detail` says in English what is wrong.
 *
 * @public
 */
export interface JsonFault {
  readonly kind: JsonFaultKind;
  readonly pointer: string;
  readonly detail: string;
}
