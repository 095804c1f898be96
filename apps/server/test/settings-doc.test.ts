import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { LATER, SPECS } from '../src/setting-specs.js';
import type { SettingSpec } from '../src/setting-specs.js';

type Value = string | number | boolean | undefined;

const DOC = readFileSync(new URL('../../../docs/run-the-server.md', import.meta.url), 'utf8');

describe('docs/run-the-server.md', () => {
  it('has each setting in its table, with its default and its bounds, and no other', () => {
    const rows = [...DOC.matchAll(/^\| `(XZEPR__\w+)` *\| (.*?) *\| (.*?) *\| .+ \|$/gm)].map((row) => row.slice(1));
    const settings: readonly (readonly [string, SettingSpec<Value>])[] = Object.entries(SPECS);
    expect(rows.toSorted()).toEqual(settings.map(([name, spec]) => rowOf(name, spec)).toSorted());
  });

  it('names nothing that the server would refuse', () => {
    const names = new Set([...DOC.matchAll(/XZEPR__(\w+?)(?:_FILE)?\b/g)].map(([, name = '']) => name));
    names.delete('CONFIG');
    const unknown = [...names].filter((name) => !Object.hasOwn(SPECS, name) && !isForLater(name));
    expect(unknown).toEqual([]);
  });
});

function rowOf(name: string, { fallback, parse }: SettingSpec<Value>): readonly string[] {
  const refusal = parse('');
  if (!('must' in refusal)) throw new Error(`XZEPR__${name} may be empty; the table cannot say so`);
  return [`XZEPR__${name}`, fallback === undefined ? '' : String(fallback), refusal.must];
}

/** A name that ends with two underscores stands for all that begin with it. */
function isForLater(name: string): boolean {
  return LATER.some((pattern) => pattern.test(name.replace(/__$/, '__ANY')));
}
