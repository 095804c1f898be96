import { parseId, parseTimestamp } from '@xzepr/core';
import type { ApiKey, ApiKeyId } from '@xzepr/core';

import type { Row } from '../output.js';
import { allOf } from '../pages.js';
import type { Commands } from '../tool.js';
import { UsageError } from '../usage-error.js';
import { found } from './users.js';

const MOST = 10_000;
const DAY_SECONDS = 86_400;
const ONCE = 'The key is shown this once.';

/** API keys. */
export const keyCommands: Commands = (program, use) => {
  const keys = program.command('keys').description('API keys');
  keys
    .command('list')
    .description('all keys, revoked ones too')
    .action(() =>
      use(async ({ registry, principal, output }) => {
        output.rows((await allOf((page) => registry.listApiKeys(principal, page), MOST)).map(rowOf));
      }),
    );
  keys
    .command('create <name>')
    .description('make a key')
    .requiredOption('--role <role...>', 'what it may do')
    .option('--permission <permission...>', 'only these of what its roles allow')
    .option('--receiver <id...>', 'events for these receivers only')
    .option('--owner <user>', 'on whose behalf it acts')
    .option('--expires <time>', 'RFC 3339')
    .action((name: string, options: CreateOptions) =>
      use(async (tool) => {
        const { permission: permissions, receiver: receiverIds, owner, expires } = options;
        const expiresAt = expires === undefined ? undefined : parseTimestamp(expires);
        if (expires !== undefined && expiresAt === undefined)
          throw new UsageError(`${expires} is not an RFC 3339 time`);
        const { apiKey, key } = await tool.registry.createApiKey(tool.principal, {
          ...{ name, roles: options.role },
          ...(permissions !== undefined && { permissions }),
          ...(receiverIds !== undefined && { receiverIds }),
          ...(expiresAt !== undefined && { expiresAt }),
          ...(owner !== undefined && { ownerId: (await found(tool, owner)).id }),
        });
        tool.output.thing({ ...rowOf(apiKey), key }, ONCE);
      }),
    );
  keys
    .command('revoke <id>')
    .description('a key opens nothing any more, at once')
    .action((id: string) =>
      use(async ({ registry, principal, output }) => {
        await registry.revokeApiKey(principal, idOf(id));
        output.done(`revoked ${id}`);
      }),
    );
  keys
    .command('rotate <id>')
    .description('another key in its place; the one before goes on for a while')
    .option('--overlap <seconds>', 'how long', String(DAY_SECONDS))
    .action((id: string, { overlap }: { readonly overlap: string }) =>
      use(async ({ registry, principal, output }) => {
        const { apiKey, key } = await registry.rotateApiKey(principal, idOf(id), Number(overlap));
        output.thing({ ...rowOf(apiKey), key }, ONCE);
      }),
    );
};

interface CreateOptions {
  readonly role: readonly string[];
  readonly permission?: readonly string[];
  readonly receiver?: readonly string[];
  readonly owner?: string;
  readonly expires?: string;
}

function idOf(text: string): ApiKeyId {
  const id = parseId<ApiKeyId>(text);
  if (id === undefined) throw new UsageError(`${text} is not the id of a key; see keys list`);
  return id;
}

function rowOf({ id, name, roles, ownerId, createdAt, expiresAt, revokedAt, lastUsedAt }: ApiKey): Row {
  const times = { created_at: createdAt, expires_at: expiresAt, revoked_at: revokedAt, last_used_at: lastUsedAt };
  return { id, name, roles, owner: ownerId, ...times };
}
