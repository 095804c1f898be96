import type { AuditEntry } from '@xzepr/core';

import type { Row } from '../output.js';
import { allOf } from '../pages.js';
import type { Commands } from '../tool.js';

/** What mattered to security. */
export const auditCommands: Commands = (program, use) => {
  program
    .command('audit')
    .description('what mattered to security, newest first')
    .option('--most <count>', 'so many entries', '50')
    .option('--actor <id>')
    .option('--target <text>')
    .option('--address <address>')
    .action(({ most, ...filter }: { readonly most: string; readonly actor?: string }) =>
      use(async ({ identity, principal, output }) => {
        output.rows((await allOf((page) => identity.listAudit(principal, filter, page), Number(most))).map(rowOf));
      }),
    );
};

function rowOf({ at, kind, actor, target, origin, detail }: AuditEntry): Row {
  return { at, kind, actor, target, address: origin.address, detail };
}
