import { isCancel, password } from '@clack/prompts';

import { UsageError } from './usage-error.js';

/**
 * A new password, asked for twice on a terminal, or the first line of standard input where there is none. Never an argument: every
 * process of the machine can read those.
 */
export async function newPassword(): Promise<string> {
  if (!process.stdin.isTTY) return firstLine();
  const first = await asked('Password');
  if ((await asked('The same again')) !== first) throw new UsageError('those were two different passwords');
  return first;
}

async function asked(message: string): Promise<string> {
  const answer = await password({ message });
  if (isCancel(answer)) throw new UsageError('nothing was changed');
  return answer;
}

async function firstLine(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin) {
    text += String(chunk);
    if (text.includes('\n') || text.length > 4_096) break;
  }
  const [line = ''] = text.split('\n', 1);
  if (line === '') throw new UsageError('give the password on standard input, as one line');
  return line.replace(/\r$/, '');
}
