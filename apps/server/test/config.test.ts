import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from '@jest/globals';

import { ConfigError, loadConfig } from '../src/config.js';

describe('settings', () => {
  const folder = mkdtempSync(join(tmpdir(), 'xzepr-config-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const refusal = (environment: Readonly<Record<string, string>>): string => {
    try {
      loadConfig(environment);
    } catch (error) {
      if (error instanceof ConfigError) return error.message;
      throw error;
    }
    throw new Error('the settings were taken');
  };

  it('have a value when nothing is given: the embedded database, on the loopback', () => {
    const settings = loadConfig({});
    expect(settings.database).toMatchObject({ url: undefined, path: './.xzepr' });
    expect(settings.server).toEqual({ host: '127.0.0.1', port: 3_000 });
    expect(Object.isFrozen(settings)).toBe(true);
  });

  it('come from the environment before the file, and from the file before the defaults', () => {
    const config = file('a.yaml', 'server:\n  port: 4000\n  host: 0.0.0.0\n');
    const settings = loadConfig({ XZEPR__CONFIG: config, XZEPR__SERVER__PORT: '5000' });
    expect(settings.server).toEqual({ host: '0.0.0.0', port: 5_000 });
  });

  it('may be kept in files, whose last line end does not count', () => {
    const path = file('key', `${'k'.repeat(40)}\n`);
    expect(loadConfig({ XZEPR__BOOTSTRAP__ADMIN_KEY_FILE: path }).bootstrap.adminKey).toBe('k'.repeat(40));
  });

  it('are refused all at once, by name, with the bounds', () => {
    const message = refusal({
      ...{ XZEPR__SERVER__PORT: '70000', XZEPR__DOCS__ENABLED: 'yes', XZEPR__ENVIRONMENT: 'test' },
      XZEPR__DATABASE__POOL_SIZE: '1e3',
    });
    expect(message).toContain('XZEPR__SERVER__PORT must be a whole number from 0 to 65535');
    expect(message).toContain('XZEPR__DOCS__ENABLED must be true or false');
    expect(message).toContain('XZEPR__ENVIRONMENT must be one of development, staging, production');
    expect(message).toContain('XZEPR__DATABASE__POOL_SIZE must');
  });

  it('that nobody knows are refused, with the one that was meant', () => {
    expect(refusal({ XZEPR__SERVER__PROT: '1' })).toMatch(/XZEPR__SERVER__PROT is not a setting.*SERVER__PORT/);
    expect(refusal({ XZEPR__CONFIG: file('b.yaml', 'sever: {port: 1}') })).toContain('XZEPR__SEVER__PORT');
  });

  it('never show what a secret was set to', () => {
    const message = refusal({ XZEPR__DATABASE__URL: 'mysql://u:hunter2@h/d', XZEPR__BOOTSTRAP__ADMIN_KEY: 'hunter2' });
    expect(message).toContain('XZEPR__DATABASE__URL');
    expect(message).not.toContain('hunter2');
  });
});
