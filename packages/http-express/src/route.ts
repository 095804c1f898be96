import type { IncomingHttpHeaders } from 'node:http';

import type { Creation, Identity, Origin, Principal, Problem, Registry } from '@xzepr/core';
import type { Request, Response } from 'express';

import type { BodyClass } from './fields.js';
import type { HttpLimits } from './limits.js';
import type { Parameters, Query } from './query.js';

/** @internal What a request is answered with; `body` is JSON text unless `headers` say otherwise. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** @internal What a route has to work with. */
export interface Call<P extends Parameters, Body> {
  readonly registry: Registry;
  /** Where the application has one: routes that need it are not mounted elsewhere. */
  readonly identity: Identity | undefined;
  /** On a public route nobody in particular, who may do nothing. */
  readonly principal: Principal;
  readonly origin: Origin;
  /** Where this server is reached, without a slash at the end; undefined when nobody has said. */
  readonly publicUrl: string | undefined;
  /** The query as it was sent, with its question mark; empty when there is none. */
  readonly search: string;
  readonly path: Readonly<Record<string, string>>;
  readonly query: Query<P>;
  readonly body: Body;
  /** What is not acceptable in the items that `BodySpec.depthFrom` names; elsewhere it has been refused already. */
  readonly faults: readonly Problem[];
  readonly headers: IncomingHttpHeaders;
  readonly limits: HttpLimits;
  readonly requestId: string;
  /** Spends points of the principal beyond the one of the request. @throws HttpError there are not enough left */
  readonly spend: (points: number) => Promise<void>;
  /** As `spend` for an answer that has begun: waits until there are enough. */
  readonly spendWaiting: (points: number) => Promise<void>;
  /**
   * Creates and answers; with an idempotency key what was answered before, if anything was. `keep` is what is kept instead
   * of the answer itself.
   */
  readonly create: <Input, T>(
    creation: Creation<Input, T>,
    input: Input,
    answer: (value: T) => Answer,
    keep?: (value: T) => Answer,
  ) => Promise<Answer>;
}

/** @internal How a JSON body is read. */
interface BodySpec<T extends object> {
  readonly type: BodyClass<T>;
  /** Pointers of what is kept as it was written, see `readJson`. */
  readonly verbatim?: readonly string[];
  readonly depthFrom?: string;
  readonly limit: keyof Pick<HttpLimits, 'eventBytes' | 'batchBytes' | 'schemaBytes'>;
}

/** @internal An answer as the OpenAPI document tells it: what it means, and the schema of its body. */
export interface AnswerSpec {
  readonly description: string;
  readonly schema?: string;
  readonly headers?: readonly string[];
  readonly contentType?: string;
}

/** @internal One operation of the API: what is mounted, and what the document says of it. */
export interface Route<P extends Parameters = Parameters, T extends object = object> {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  /** With parameters in braces, below `/api/v1`. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly query?: P;
  /** What else is in the query is not refused: whoever makes it does not go by this API. */
  readonly mayHaveOtherQuery?: boolean;
  readonly body?: BodySpec<T>;
  readonly idempotent?: boolean;
  /** Answers without a credential. */
  readonly isPublic?: boolean;
  readonly ifMatch?: boolean;
  /** By status; those of every route are added. */
  readonly answers: Readonly<Record<number, AnswerSpec>>;
  /** Codes of problems that this route may answer, beside those of every route. */
  readonly problems: readonly string[];
  handle(call: Call<P, T>): Promise<Answer>;
  /** Another content type that the path takes, handled apart from JSON. */
  readonly stream?: {
    readonly contentType: string;
    handle(call: Omit<Call<P, undefined>, 'create'>, request: Request, response: Response): Promise<void>;
  };
}

/** @internal Types a route by what it declares. */
export function route<P extends Parameters, T extends object>(declared: Route<P, T>): Route {
  return declared;
}

/** @internal A call of a route that is there only where there is an identity. */
export type IdentityCall<P extends Parameters, Body> = Omit<Call<P, Body>, 'identity'> & {
  readonly identity: Identity;
};

/** @internal Types a route that needs the application's identity. */
export function identityRoute<P extends Parameters, T extends object>(
  declared: Omit<Route<P, T>, 'handle'> & { handle(call: IdentityCall<P, T>): Promise<Answer> },
): Route {
  return route<P, T>({
    ...declared,
    handle({ identity, ...call }) {
      if (identity === undefined) throw new Error('a route that needs an identity was mounted without one');
      return declared.handle({ ...call, identity });
    },
  });
}
