import { parseTimestamp } from '@xzepr/core';
import type { ApiKeyId, ApiKeyInput } from '@xzepr/core';

import { ApiKeyBody, RotationBody } from '../bodies.js';
import { PAGE, idInPath, pageRequest } from '../query.js';
import { route } from '../route.js';
import type { Answer, Route } from '../route.js';
import { apiKeyJson, pageJson } from '../writing.js';

/** @internal */
export const apiKeyRoutes: readonly Route[] = [
  route({
    ...{
      method: 'post',
      path: '/api-keys',
      operationId: 'createApiKey',
      summary: 'Make an API key, which is shown this once',
    },
    body: { type: ApiKeyBody, limit: 'eventBytes' },
    idempotent: true,
    answers: { 201: { description: 'The key; `key` is null when the answer is repeated', schema: 'CreatedApiKey' } },
    problems: ['INVALID_INPUT', 'RECEIVER_UNKNOWN', 'USER_UNKNOWN'],
    handle({ registry, body, create }) {
      const answer = (secret: string | null, apiKey: Parameters<typeof apiKeyJson>[0]): Answer => ({
        status: 201,
        body: apiKeyJson(apiKey, secret),
      });
      return create(
        registry.createApiKey,
        inputOf(body),
        ({ apiKey, key }) => answer(key, apiKey),
        // Only a hash of a key is stored, so the answer that is kept goes without it.
        ({ apiKey }) => answer(null, apiKey),
      );
    },
  }),
  route({
    ...{
      method: 'get',
      path: '/api-keys',
      operationId: 'listApiKeys',
      summary: 'API keys, revoked ones too, without the keys',
    },
    query: PAGE,
    answers: { 200: { description: 'A page of API keys', schema: 'ApiKeyPage' } },
    problems: ['INVALID_CURSOR'],
    async handle({ registry, principal, query }) {
      const page = await registry.listApiKeys(principal, pageRequest(query));
      return { status: 200, body: pageJson(page, (key) => apiKeyJson(key)) };
    },
  }),
  route({
    ...{ method: 'post', path: '/api-keys/{id}/rotate', operationId: 'rotateApiKey' },
    summary: 'Another key in the place of the one before, which opens the same for a while',
    body: { type: RotationBody, limit: 'eventBytes' },
    answers: { 200: { description: 'The key', schema: 'CreatedApiKey' } },
    problems: ['NOT_FOUND'],
    async handle({ registry, principal, path, body: { overlap_seconds: overlap = DAY_SECONDS } }) {
      const { apiKey, key } = await registry.rotateApiKey(principal, idInPath<ApiKeyId>(path['id'] ?? ''), overlap);
      return { status: 200, body: apiKeyJson(apiKey, key) };
    },
  }),
  route({
    ...{ method: 'delete', path: '/api-keys/{id}', operationId: 'revokeApiKey', summary: 'Revoke an API key' },
    answers: { 204: { description: 'It opens nothing any more' } },
    problems: ['NOT_FOUND', 'LAST_ADMIN'],
    async handle({ registry, principal, path }) {
      await registry.revokeApiKey(principal, idInPath<ApiKeyId>(path['id'] ?? ''));
      return { status: 204 };
    },
  }),
];

const DAY_SECONDS = 86_400;

function inputOf({ name, roles, permissions, event_receiver_ids: receiverIds, ...rest }: ApiKeyBody): ApiKeyInput {
  const expiresAt = rest.expires_at === undefined ? undefined : parseTimestamp(rest.expires_at);
  return {
    ...{ name, roles },
    ...(permissions !== undefined && { permissions }),
    ...(receiverIds !== undefined && { receiverIds }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(rest.owner_id !== undefined && { ownerId: rest.owner_id }),
  };
}
