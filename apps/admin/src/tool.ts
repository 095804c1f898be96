import type { Administration } from '@xzepr/server';
import type { Command } from 'commander';

import type { Output } from './output.js';

/** What a command works with. */
export interface Tool extends Administration {
  readonly output: Output;
}

/** Adds commands to the program; `use` opens the database for one of them and closes it again. */
export type Commands = (program: Command, use: Use) => void;

export type Use = (work: (tool: Tool) => Promise<void>) => Promise<void>;
