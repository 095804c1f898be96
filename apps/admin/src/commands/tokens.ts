import { parseId } from '@xzepr/core';
import type { TokenId } from '@xzepr/core';

import type { Commands } from '../tool.js';
import { UsageError } from '../usage-error.js';
import { found } from './users.js';

/** Ending tokens before their time, and the keys that sign them. */
export const tokenCommands: Commands = (program, use) => {
  const revoke = program.command('revoke').description('end tokens before their time');
  revoke
    .command('token <jti>')
    .description('one access token')
    .action((jti: string) =>
      use(async ({ identity, principal, output }) => {
        const id = parseId<TokenId>(jti);
        if (id === undefined) throw new UsageError(`${jti} is not the id of a token`);
        await identity.revokeToken(principal, id);
        output.done(`revoked ${jti}`);
      }),
    );
  revoke
    .command('user <user>')
    .description('every session of a user')
    .action((name: string) =>
      use(async (tool) => {
        const { id, username } = await found(tool, name);
        await tool.identity.endSessions(tool.principal, id);
        tool.output.done(`ended every session of ${username}`);
      }),
    );
  const keys = program.command('signing-keys').description('the keys that access tokens are signed with');
  keys
    .command('list')
    .description('all of them, without what is secret')
    .action(() =>
      use(async ({ signingKeys, output }) => {
        const rows = (await signingKeys()).map(({ kid, algorithm, signsFrom, verifiesUntil }) => ({
          ...{ kid, algorithm, signs_from: signsFrom, verifies_until: verifiesUntil },
        }));
        output.rows(rows);
      }),
    );
  keys
    .command('rotate')
    .description('a new key signs in a minute; tokens of the others stay good until they end')
    .action(() =>
      use(async ({ rotateSigningKey, output }) => {
        output.done(`added ${await rotateSigningKey()}`);
      }),
    );
};
