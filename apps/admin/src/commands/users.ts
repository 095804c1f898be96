import { parseId } from '@xzepr/core';
import type { User, UserChange, UserId } from '@xzepr/core';

import type { Row } from '../output.js';
import { allOf } from '../pages.js';
import { newPassword } from '../prompt.js';
import type { Commands, Tool } from '../tool.js';
import { UsageError } from '../usage-error.js';

const MOST = 10_000;

/** Users, their roles and passwords. */
export const userCommands: Commands = (program, use) => {
  const users = program.command('users').description('users, their roles and passwords');
  users
    .command('list')
    .description('all users')
    .action(() =>
      use(async ({ identity, principal, output }) => {
        output.rows((await allOf((page) => identity.listUsers(principal, {}, page), MOST)).map(rowOf));
      }),
    );
  users
    .command('show <user>')
    .description('one user, by username or id')
    .action((name: string) =>
      use(async (tool) => {
        tool.output.thing(rowOf(await found(tool, name)));
      }),
    );
  users
    .command('create <username>')
    .description('make a user; the password is asked for, or read from standard input')
    .requiredOption('--role <role...>', 'admin, event_manager, event_reporter, event_viewer or user')
    .option('--email <address>')
    .option('--display-name <name>')
    .option('--no-password', 'who signs in through a provider only')
    .action((username: string, options: CreateOptions) =>
      use(async ({ identity, principal, output }) => {
        const { role: roles, email, displayName } = options;
        const user = await identity.createUser(principal, {
          ...{ username, roles },
          ...(email !== undefined && { email }),
          ...(displayName !== undefined && { displayName }),
          ...(options.password && { password: await newPassword() }),
        });
        output.thing(rowOf(user));
      }),
    );
  const change = (name: string, description: string, make: (args: readonly string[]) => Promise<UserChange>): void => {
    users
      .command(name)
      .description(description)
      .action((user: string, ...rest: readonly unknown[]) =>
        use(async (tool) => {
          const { id } = await found(tool, user);
          const args = Array.isArray(rest[0]) ? (rest[0] as readonly string[]) : [];
          tool.output.thing(rowOf(await tool.identity.changeUser(tool.principal, id, await make(args))));
        }),
      );
  };
  change('roles <user> <role...>', 'give a user these roles and no others', (roles) => Promise.resolve({ roles }));
  change('enable <user>', 'let a user in again', () => Promise.resolve({ enabled: true }));
  change('disable <user>', 'shut a user out, at once', () => Promise.resolve({ enabled: false }));
  change('password <user>', 'set a new password; ends all their sessions', async () => ({
    password: await newPassword(),
  }));
};

interface CreateOptions {
  readonly role: readonly string[];
  readonly email?: string;
  readonly displayName?: string;
  readonly password: boolean;
}

/** By id or by username, whatever its case. */
export async function found({ identity, principal }: Tool, name: string): Promise<User> {
  const id = parseId<UserId>(name);
  if (id !== undefined) return identity.getUser(principal, id);
  const { items } = await identity.listUsers(principal, { username: name });
  const [user] = items;
  if (user === undefined) throw new UsageError(`there is no user ${name}`);
  return user;
}

function rowOf({ id, username, displayName, email, roles, enabled, createdAt }: User): Row {
  return { id, username, display_name: displayName, email, roles, enabled, created_at: createdAt };
}
