import { loadSettings, shownSettings } from '@xzepr/server';
import type { Command } from 'commander';

/** Whether a server would start with these settings, without starting one. */
export function settingsCommands(program: Command): void {
  const settings = program.command('settings').description('the settings that a server would have here');
  settings
    .command('check')
    .description('whether they can be used; ends with 1 when not, or when production would not accept them')
    .action(() => {
      const { warnings } = loadSettings(process.env);
      for (const warning of warnings) process.stderr.write(`not for production: ${warning}\n`);
      process.exitCode = warnings.length === 0 ? 0 : 1;
      if (warnings.length === 0) process.stdout.write('the settings can be used\n');
    });
  settings
    .command('show')
    .description('what is in effect and where it comes from, secrets hidden')
    .action(() => {
      process.stdout.write(shownSettings(loadSettings(process.env)));
    });
}
