import { InvalidInputError } from '@xzepr/core';
import type { Problem } from '@xzepr/core';
import type { Request } from 'express';

import { bodyText, mediaType } from './body.js';
import { bodyOf } from './fields.js';
import { HttpError } from './http-error.js';
import { readBody } from './json-body.js';
import type { HttpLimits } from './limits.js';
import type { Call, Route } from './route.js';

/** @internal */
export interface ReadyBody {
  readonly text: string;
  readonly value: object;
  readonly faults: Call<never, undefined>['faults'];
  /** Why the body cannot be taken; undefined when it can. `value` is then of no use. */
  readonly refusal?: InvalidInputError;
}

/** @internal The body as the route declares it. Faults inside the items of a batch are left for the items. */
export async function bodyFor({ body: spec }: Route, request: Request, limits: HttpLimits): Promise<ReadyBody> {
  if (spec === undefined) return { text: '', value: {}, faults: [] };
  if (mediaType(request) !== 'application/json') {
    throw new HttpError('UNSUPPORTED_MEDIA_TYPE', 'send application/json');
  }
  const text = await bodyText(request, limits[spec.limit], limits.bodyTimeoutMs);
  const { value, faults } = readBody(text, readOptions(spec, limits));
  const isOfItem = ({ pointer }: { readonly pointer: string }): boolean => /^\/events\/\d+(\/|$)/.test(pointer);
  const ofItems = spec.depthFrom === undefined ? [] : faults.filter(isOfItem);
  const ofBody = faults.filter((fault) => !ofItems.includes(fault));
  const body = bodyOf(spec.type, value);
  // A value with a fault in it is not there any more, which is not another fault.
  const others = body instanceof spec.type ? [] : (body as readonly Problem[]).filter(isNotBelow(ofBody));
  const problems = [...ofBody, ...others];
  if (problems.length > 0) return { text, value: {}, faults: [], refusal: new InvalidInputError(problems) };
  return { text, value: body, faults: ofItems };
}

function isNotBelow(faults: readonly Problem[]): (problem: Problem) => boolean {
  return ({ pointer }) => !faults.some((fault) => fault.pointer === pointer || fault.pointer.startsWith(`${pointer}/`));
}

/** One object for each kind of body: the reader keeps what it has worked out of it. */
const optionsOf = new WeakMap<object, ReturnType<typeof newReadOptions>>();

function readOptions(spec: NonNullable<Route['body']>, limits: HttpLimits): ReturnType<typeof newReadOptions> {
  const known = optionsOf.get(spec);
  if (known?.maxDepth === limits.depth) return known;
  const options = newReadOptions(spec, limits);
  optionsOf.set(spec, options);
  return options;
}

function newReadOptions({ verbatim = [], depthFrom }: NonNullable<Route['body']>, { depth }: HttpLimits) {
  return { maxDepth: depth, verbatim, ...(depthFrom !== undefined && { depthFrom }) };
}
