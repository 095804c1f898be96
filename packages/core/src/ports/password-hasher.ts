/**
 * Keeps passwords so that they cannot be read back. Slow on purpose, and off the event loop.
 *
 * @public
 */
export interface PasswordHasher {
  /**
   * The form to keep: algorithm, parameters, salt and hash as one text (PHC string format). Another one each time.
   *
   * @throws RegistryBusyError too many wait already
   */
  hash(password: string): Promise<string>;
  /**
   * Whether `password` is the one. `outdated`: it is, but was hashed with other parameters than are used now. Without `hash`,
   * and with one that is not of its making, it takes as long and says no, so that nobody learns by the clock who exists.
   *
   * @throws RegistryBusyError too many wait already
   */
  verify(password: string, hash: string | undefined): Promise<PasswordCheck>;
  /** Whether the password is among those that attackers try first, without regard to case. */
  isCommon(password: string): boolean;
}

/** @public What became of checking a password. */
export type PasswordCheck = 'fits' | 'outdated' | 'differs';
