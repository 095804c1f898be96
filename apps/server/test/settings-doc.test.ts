import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import type { SettingSpec } from '../src/settings/setting-spec.js';
import { LATER, SPECS } from '../src/settings/specs.js';

type Value = string | number | boolean | readonly unknown[] | undefined;

const DOC = readFileSync(new URL('../../../docs/run-the-server.md', import.meta.url), 'utf8');

describe('docs/run-the-server.md', () => {
  it('has each setting in its table, with its default and its bounds, and no other', () => {
    const rows = [...DOC.matchAll(/^\| `(XZEPR__\w+)` *\| (.*?) *\| (.*?) *\| .+ \|$/gm)].map((row) => row.slice(1));
    const settings: readonly (readonly [string, SettingSpec<Value>])[] = Object.entries(SPECS);
    expect(rows.toSorted()).toEqual(settings.map(([name, spec]) => rowOf(name, spec)).toSorted());
  });

  it('names nothing that the server would refuse', () => {
    const isSetting = (name: string): boolean => Object.hasOwn(SPECS, name);
    const named = [...DOC.matchAll(/XZEPR__(\w+)\b/g)].map(([, name = '']) => name);
    const names = new Set(named.map((name) => (isSetting(name) ? name : name.replace(/_FILE$/, ''))));
    names.delete('CONFIG');
    const unknown = [...names].filter((name) => !isSetting(name) && !isForLater(name));
    expect(unknown).toEqual([]);
  });
});

function rowOf(name: string, { fallback, parse }: SettingSpec<Value>): readonly string[] {
  const [empty, odd] = [parse(''), parse('?')];
  const refusal = 'must' in empty ? empty : odd;
  if (!('must' in refusal)) throw new Error(`XZEPR__${name} takes anything; the table cannot say so`);
  return [`XZEPR__${name}`, fallback === undefined ? '' : String(fallback), refusal.must];
}

/** A name that ends with two underscores stands for all that begin with it. */
function isForLater(name: string): boolean {
  return LATER.some((pattern) => pattern.test(name.replace(/__$/, '__ANY')));
}
