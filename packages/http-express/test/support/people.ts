import type { Got, Json, World } from './world.js';

export const PASSWORD = 'correct horse battery';

/** A pair of tokens as the API gives them. */
export interface Pair {
  readonly access: string;
  readonly refresh: string;
}

let made = 0;

/** A user whom the administrator made. */
export async function userIn(world: World, more: Json = {}): Promise<Json> {
  made += 1;
  const body = { username: `person-${String(made)}`, roles: ['event_manager'], password: PASSWORD, ...more };
  const { status, json, text } = await world.ask('POST', '/api/v1/users', { body });
  if (status !== 201) throw new Error(text);
  return json;
}

export function signIn(world: World, username: unknown, password: unknown = PASSWORD): Promise<Got> {
  return world.ask('POST', '/api/v1/auth/login', { as: 'nobody', body: { username, password } });
}

export function refreshIn(world: World, token: string): Promise<Got> {
  return world.ask('POST', '/api/v1/auth/refresh', { as: 'nobody', body: { refresh_token: token } });
}

export function pairOf({ json }: Pick<Got, 'json'>): Pair {
  return { access: String(json['access_token']), refresh: String(json['refresh_token']) };
}

/** Someone who is signed in: the user and their tokens. */
export async function signedIn(world: World, more: Json = {}): Promise<Pair & { readonly user: Json }> {
  const user = await userIn(world, more);
  const got = await signIn(world, user['username']);
  if (got.status !== 200) throw new Error(got.text);
  return { ...pairOf(got), user };
}

/** Whether the access token opens anything. */
export async function opens(world: World, token: string): Promise<boolean> {
  return (await world.ask('GET', '/api/v1/auth/me', { token })).status === 200;
}
