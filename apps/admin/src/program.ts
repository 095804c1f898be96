import { loadSettings, openAdministration } from '@xzepr/server';
import { Command } from 'commander';

import { auditCommands } from './commands/audit.js';
import { keyCommands } from './commands/keys.js';
import { settingsCommands } from './commands/settings.js';
import { tokenCommands } from './commands/tokens.js';
import { userCommands } from './commands/users.js';
import { outputTo } from './output.js';
import type { Use } from './tool.js';

/** The command line. Each command opens the database that the settings name, and closes it when it is done. */
export function adminProgram(): Command {
  const program = new Command('xzepr-admin')
    .description('Administers an XZepr registry straight on its database, whether a server is running or not.')
    .option('--json', 'JSON instead of tables')
    .exitOverride()
    .showHelpAfterError();
  const use: Use = async (work) => {
    const administration = await openAdministration(loadSettings(process.env).settings);
    try {
      const { json } = program.opts<{ readonly json?: boolean }>();
      await work({ ...administration, output: outputTo(process.stdout, json === true) });
    } finally {
      await administration.close();
    }
  };
  for (const commands of [userCommands, keyCommands, tokenCommands, auditCommands]) commands(program, use);
  settingsCommands(program);
  return program;
}
