import { IdentityProviderRefusedError, IdentityProviderUnavailableError, isRegistryError } from '@xzepr/core';
import type { RegistryError } from '@xzepr/core';
import { errors } from 'jose';
import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';

import { NoAnswerError } from './bounded-fetch.js';

const MAX_SHOWN = 200;
const MAX_CAUSES = 8;

/**
 * `error` in the words of the port: the provider is away, or it said no, or what it said does not hold. Nothing of the error
 * itself is kept but its words: the libraries hang whole answers on theirs, tokens among them.
 *
 * @internal
 */
export function portError(error: unknown, provider: string): RegistryError {
  if (isRegistryError(error)) return error;
  const away = causesOf(error).find((cause) => cause instanceof NoAnswerError);
  if (away !== undefined) return unavailable(away.message);
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) {
    return new IdentityProviderRefusedError(`${provider} refused: ${saidBy(error)}`);
  }
  if (error instanceof WWWAuthenticateChallengeError) {
    const said = saidBy(error.cause.at(0)?.parameters ?? {});
    return new IdentityProviderRefusedError(`${provider} refused: ${said}`);
  }
  const why = wordsOf(error);
  return new IdentityProviderRefusedError(`what ${provider} says does not hold: ${why}`);
}

function unavailable(why: string): IdentityProviderUnavailableError {
  return new IdentityProviderUnavailableError({ cause: new Error(why) });
}

/**
 * Text from outside, fit to be shown: white space is one space, what has no shape or turns the writing round is left out, and it
 * ends after 200 characters.
 */
function shown(text: string): string {
  const cleaned = text
    .slice(0, MAX_SHOWN * 4)
    .replace(/\s+/gu, ' ')
    .replace(/\p{C}/gu, '')
    .trim();
  return Array.from(cleaned).slice(0, MAX_SHOWN).join('');
}

interface Said {
  readonly error?: unknown;
  readonly error_description?: unknown;
}

function saidBy({ error, error_description: description }: Said): string {
  const parts = [error, description].filter((part) => typeof part === 'string').map(shown);
  return parts.filter((part) => part !== '').join(': ') || 'it gives no reason';
}

/** The libraries' own words, which are fixed texts; the most exact stand deepest. */
function wordsOf(error: unknown): string {
  const known = causesOf(error).filter((cause) => cause instanceof ClientError || hasOwnWords(cause));
  return shown(known.at(-1)?.message ?? 'it cannot be read');
}

function hasOwnWords(cause: Error): boolean {
  return cause instanceof errors.JOSEError || cause.name === 'OperationProcessingError';
}

function causesOf(error: unknown): readonly Error[] {
  const causes: Error[] = [];
  for (let cause = error; cause instanceof Error && causes.length < MAX_CAUSES; cause = cause.cause) causes.push(cause);
  return causes;
}
