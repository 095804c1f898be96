import type { Json } from './registry.js';
import type { ServerProcess } from './server-process.js';

export const PASSWORD = 'correct horse battery';

/** Someone who is signed in. */
export interface Person {
  readonly id: string;
  readonly username: string;
  readonly access: string;
  readonly refresh: string;
}

/** Argon2 at its cheapest, and limits that only the tests which are about them reach. */
export const QUICK = {
  XZEPR__PASSWORDS__MEMORY_KIB: '8192',
  XZEPR__PASSWORDS__PASSES: '1',
  XZEPR__INTERNAL__PORT: '0',
  XZEPR__RATE_LIMIT__ANONYMOUS_PER_MINUTE: '1000000',
  XZEPR__SIGN_IN__ADDRESS_ATTEMPTS: '100000',
};

let made = 0;

/** A new user of these roles, signed in. */
export async function personIn(server: ServerProcess, ...roles: readonly string[]): Promise<Person> {
  made += 1;
  const username = `person-${String(made)}`;
  const created = await server.ask('/api/v1/users', { method: 'POST', body: { username, roles, password: PASSWORD } });
  if (created.status !== 201) throw new Error(await created.text());
  const { id } = (await created.json()) as { readonly id: string };
  return { id, username, ...(await signIn(server, username)) };
}

export async function signIn(server: ServerProcess, username: string): Promise<Pick<Person, 'access' | 'refresh'>> {
  const answer = await asNobody(server, '/api/v1/auth/login', { username, password: PASSWORD });
  const json = (await answer.json()) as Json;
  if (answer.status !== 200) throw new Error(JSON.stringify(json));
  return { access: String(json['access_token']), refresh: String(json['refresh_token']) };
}

/** Without the admin key that is shown elsewhere. */
export function asNobody(server: ServerProcess, path: string, body: Json): Promise<Response> {
  return fetch(server.url + path, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
    signal: AbortSignal.timeout(10_000),
  });
}

/** What a token opens: the status of asking who one is. */
export async function statusOf(server: Pick<ServerProcess, 'url'>, token: string): Promise<number> {
  const answer = await fetch(`${server.url}/api/v1/auth/me`, {
    ...{ headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(10_000) },
  });
  await answer.arrayBuffer();
  return answer.status;
}
