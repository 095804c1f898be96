import { startRedis } from '../test/redis.ts';
import { startServer } from './children.ts';
import type { Child } from './children.ts';
import type { Work } from './generator.ts';
import { eventBody } from './registry-setup.ts';
import type { BenchRegistry } from './registry-setup.ts';

const MAIN = new URL('../apps/server/dist/main.js', import.meta.url).pathname;
const USER = { username: 'bench', password: 'a long sentence to sign in with' };

/** What knowing and limiting who asks costs: a server without limits, and one whose limits are in Redis. */
export interface IdentityCost {
  readonly works: Readonly<Record<string, Work>>;
  readonly stop: () => Promise<void>;
}

/** Both on the same database as the server that is measured otherwise, whose registry and key they use. */
export async function openIdentityCost(
  environment: Readonly<Record<string, string>>,
  key: string,
  registry: BenchRegistry,
): Promise<IdentityCost> {
  const begun: { stop: () => Promise<void> }[] = [];
  const stop = async (): Promise<void> => {
    for (const one of begun.toReversed()) await one.stop();
  };
  const kept = async <T extends { stop: () => Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const started = await starting;
    begun.push(started);
    return started;
  };
  const post = ({ url }: Child, credential: Readonly<Record<string, string>>): Work => ({
    ...{ url, method: 'POST', headers: { ...credential, 'content-type': 'application/json' }, expect: 201 },
    path: () => '/api/v1/events',
    body: (n) => eventBody(registry, n),
  });
  try {
    const redis = await kept(startRedis());
    const free = { ...environment, XZEPR__RATE_LIMIT__ENABLED: 'false' };
    const unlimited = await kept(startServer(MAIN, free, '/health/ready'));
    const limited = await kept(startServer(MAIN, { ...environment, XZEPR__REDIS__URL: redis.url }, '/health/ready'));
    const works = {
      'POST without limits': post(unlimited, { 'x-api-key': key }),
      'POST by API key, Redis limiter': post(limited, { 'x-api-key': key }),
      'POST by JWT, Redis limiter': post(limited, { authorization: `Bearer ${await signIn(limited, key)}` }),
    };
    return { works, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** An access token of a user made for the bench; it is good for longer than the bench asks with it. */
async function signIn({ url }: Child, key: string): Promise<string> {
  const ask = async (path: string, body: unknown): Promise<Response> =>
    fetch(`${url}/api/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': key },
      body: JSON.stringify(body),
    });
  const made = await ask('users', { ...USER, roles: ['admin'] });
  if (made.status !== 201 && made.status !== 409) throw new Error(`POST /users answered ${String(made.status)}`);
  const tokens = await ask('auth/login', USER);
  if (tokens.status !== 200) throw new Error(`POST /auth/login answered ${String(tokens.status)}`);
  return ((await tokens.json()) as { readonly access_token: string }).access_token;
}
