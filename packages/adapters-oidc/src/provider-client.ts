import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  customFetch,
  discovery,
  None,
} from 'openid-client';
import type { ClientAuth, Configuration, CustomFetch } from 'openid-client';

import { fetchJson, NoAnswerError } from './bounded-fetch.js';
import type { Fetch } from './bounded-fetch.js';
import type { OidcProviderOptions } from './provider-options.js';
import { remoteKeys } from './remote-keys.js';
import type { FindKey } from './remote-keys.js';
import { urlFault } from './secure-url.js';

/** @internal A provider whose discovery document is known. */
export interface ProviderClient {
  readonly configuration: Configuration;
  readonly findKey: FindKey;
}

const MAX_AGE_MS = 3_600_000;
const KEYS_COOL_DOWN_MS = 10_000;
/** The library would refuse http altogether; our own fetch lets it through to this machine only. */
// eslint-disable-next-line @typescript-eslint/no-deprecated -- it is marked so to stand out, not because it will go
const OVER_HTTP_TOO = [allowInsecureRequests];

/**
 * Finds out about the provider when first asked, and again when what is known is old; everyone who waits shares one attempt. An
 * attempt that failed is made again by the next who asks; where something older is known that is used meanwhile.
 *
 * @internal
 */
export function providerClient(options: OidcProviderOptions, fetcher: Fetch): () => Promise<ProviderClient> {
  const { discoveryMaxAgeMs = MAX_AGE_MS } = options;
  let known: { readonly client: ProviderClient; readonly at: number } | undefined;
  let asking: Promise<ProviderClient> | undefined;

  async function ask(): Promise<ProviderClient> {
    const client = await discovered(options, fetcher, known?.client);
    known = { client, at: performance.now() };
    return client;
  }

  return () => {
    if (known !== undefined && performance.now() - known.at < discoveryMaxAgeMs) return Promise.resolve(known.client);
    const before = known;
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking.catch((error: unknown) => {
      if (before === undefined) throw error;
      return before.client;
    });
  };
}

async function discovered(
  options: OidcProviderOptions,
  fetcher: Fetch,
  before: ProviderClient | undefined,
): Promise<ProviderClient> {
  const configuration = await configured(options, fetcher);
  const { jwks_uri: keysUrl, authorization_endpoint: door } = configuration.serverMetadata();
  checkEndpoints([keysUrl, door], options);
  const same = before?.configuration.serverMetadata().jwks_uri === keysUrl ? before : undefined;
  return { configuration, findKey: same?.findKey ?? keysAt(keysUrl ?? '', options, fetcher) };
}

function configured(options: OidcProviderOptions, fetcher: Fetch): Promise<Configuration> {
  const { issuer, clientId, clientSecret } = options;
  return discovery(new URL(issuer), clientId, undefined, authentication(clientSecret), {
    [customFetch]: fetcher as CustomFetch,
    ...(options.allowInsecure === true ? { execute: OVER_HTTP_TOO } : {}),
  });
}

/** The library looks at those that it asks itself; these are where the browser is sent, and where we ask. */
function checkEndpoints(urls: readonly (string | undefined)[], { allowInsecure = false }: OidcProviderOptions): void {
  const fault = urls.map((url) => urlFault(url, allowInsecure)).find((found) => found !== undefined);
  if (fault !== undefined) throw new NoAnswerError(`an endpoint in the discovery document ${fault}`);
}

function keysAt(url: string, { keysCoolDownMs = KEYS_COOL_DOWN_MS }: OidcProviderOptions, fetcher: Fetch): FindKey {
  return remoteKeys({ load: () => fetchJson(fetcher, url), coolDownMs: keysCoolDownMs });
}

/** By the request's body where the provider takes that, since not all decode the header alike; else as the standard says. */
function authentication(secret: string | undefined): ClientAuth {
  if (secret === undefined) return None();
  const [post, basic] = [ClientSecretPost(secret), ClientSecretBasic(secret)];
  return (server, client, body, headers) => {
    const inBody = server.token_endpoint_auth_methods_supported?.includes('client_secret_post') === true;
    (inBody ? post : basic)(server, client, body, headers);
  };
}
