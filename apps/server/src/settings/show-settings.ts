import type { LoadedSettings } from './load-settings.js';
import { PREFIX } from './names.js';
import { SPECS } from './specs.js';
import type { SettingName } from './specs.js';

/** @internal The settings in effect, one a line, with where each came from; of a secret only whether it is set. */
export function shownSettings({ values, sources, warnings }: LoadedSettings): string {
  const names = Object.keys(SPECS) as readonly SettingName[];
  const width = Math.max(...names.map((name) => name.length)) + PREFIX.length;
  const shown = names.map((name) => ({ name, text: textOf(name, values[name]), from: sources.get(name) ?? 'default' }));
  const lines = shown.map(({ name, text, from }) => `${(PREFIX + name).padEnd(width)} = ${text.padEnd(24)} # ${from}`);
  const notes = warnings.map((warning) => `! not for production: ${warning}`);
  return `${[...lines, ...notes].join('\n')}\n`;
}

function textOf(name: SettingName, value: unknown): string {
  if (value === undefined) return '(unset)';
  const { secret } = SPECS[name] as { readonly secret?: boolean };
  if (secret !== true)
    return Array.isArray(value) ? value.join(',') || '(none)' : JSON.stringify(value).replace(/^"(.*)"$/, '$1');
  return Array.isArray(value) ? `(${String(value.length)}, hidden)` : '(set, hidden)';
}
