import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from '@jest/globals';

import { ConfigError, loadSettings } from '../src/settings/load-settings.js';
import type { Settings } from '../src/settings/settings.js';
import { shownSettings } from '../src/settings/show-settings.js';

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
  const settingsFrom = (environment: Readonly<Record<string, string>>, flags: readonly string[] = []): Settings =>
    loadSettings(environment, flags).settings;
  const refusal = (environment: Readonly<Record<string, string>>, flags: readonly string[] = []): string => {
    try {
      loadSettings(environment, flags);
    } catch (error) {
      if (error instanceof ConfigError) return error.message;
      throw error;
    }
    throw new Error('the settings were taken');
  };

  it('have a value when nothing is given: the embedded database, on the loopback', () => {
    const settings = settingsFrom({});
    expect(settings.database).toMatchObject({ url: undefined, path: './.xzepr' });
    expect(settings.server).toMatchObject({ host: '127.0.0.1', port: 3_000, trustProxy: 0, publicUrl: undefined });
    expect(Object.isFrozen(settings)).toBe(true);
  });

  it('come from the environment before the file, and from the file before the defaults', () => {
    const config = file('a.yaml', 'server:\n  port: 4000\n  host: 0.0.0.0\n');
    const settings = settingsFrom({ XZEPR__CONFIG: config, XZEPR__SERVER__PORT: '5000' });
    expect(settings.server).toMatchObject({ host: '0.0.0.0', port: 5_000 });
  });

  it('may be kept in files, whose last line end does not count', () => {
    const path = file('key', `${'k'.repeat(40)}\n`);
    expect(settingsFrom({ XZEPR__BOOTSTRAP__ADMIN_KEY_FILE: path }).bootstrap.adminKey).toBe('k'.repeat(40));
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

  it('come from flags before everything else, except secrets, which others could read there', () => {
    const environment = { XZEPR__SERVER__PORT: '5000' };
    expect(settingsFrom(environment, ['--server.port=6000', '--database.pool-size', '7'])).toMatchObject({
      server: { port: 6_000 },
      database: { poolSize: 7 },
    });
    expect(refusal({}, ['--database.url=postgres://u:hunter2@h/d'])).toMatch(/--database\.url is a secret.*_FILE$/);
    expect(refusal({}, ['--database.url=postgres://u:hunter2@h/d'])).not.toContain('hunter2');
    expect(refusal({}, ['--server.prot=1'])).toMatch(/XZEPR__SERVER__PROT is not a setting.*SERVER__PORT/);
    expect(settingsFrom({}, ['--database.pool_size=7']).database.poolSize).toBe(7);
    expect(refusal({}, ['--database_.url=x', '--tokens.wrapping_key=hunter2'])).toMatch(/wrapping_key is a secret/);
    expect(refusal({}, ['server.port=1'])).toContain('server.port is not a flag');
  });

  it('of a file may be lists, and name files that hold the value', () => {
    const key = file('yaml-key', 'k'.repeat(40));
    const text = `cors:\n  origins: [https://a.example, https://b.example]\nbootstrap:\n  admin_key_file: ${key}\n`;
    const settings = settingsFrom({ XZEPR__CONFIG: file('lists.yaml', text) });
    expect(settings.origins).toEqual(['https://a.example', 'https://b.example']);
    expect(settings.bootstrap.adminKey).toBe('k'.repeat(40));
  });

  it.each(['bootstrap: { admin_key: hunter2', 'bootstrap:\n  admin_key: *hunter2', 'a: 1\n  b: hunter2: 3'])(
    'of a file that is no YAML are told without a line of it: %j',
    (text) => {
      const told = refusal({ XZEPR__CONFIG: file('broken.yaml', text) });
      expect(told).toContain('XZEPR__CONFIG names a file that is not YAML');
      expect(told).not.toContain('hunter2');
    },
  );

  it('say where a file is no YAML', () => {
    const path = file('broken.yaml', 'server: { port: 1 }\nredis: { url: x');
    expect(refusal({ XZEPR__CONFIG: path })).toMatch(/is not YAML: BAD_INDENT at line 2, column \d+$/);
  });

  it('of an identity provider are told with everything that is wrong, and what was meant', () => {
    const provider = { name: 'Acme', issuer: 'https://id.example', client_secrt: 'hunter2', role_map: { a: ['nope'] } };
    const told = refusal({ XZEPR__OIDC__PROVIDERS: JSON.stringify([provider]) });
    expect(told).toContain('0: client_secrt is not a setting, did you mean client_secret?');
    for (const fault of ['name must', 'client_id must', 'role_claim must', 'role_map of "a"'])
      expect(told).toContain(fault);
    expect(told).not.toContain('hunter2');
  });

  it('of an issuer of workloads are told with everything that is wrong, rule by rule', () => {
    const rules = [
      { claim: { repository: 'a/b' }, roles: ['admin'] },
      { claims: { sub: 'x' }, roles: [] },
    ];
    const issuer = { name: 'gh', issuer: 'https://ci.example', audiense: 'x', rules };
    const told = refusal({ XZEPR__WORKLOAD__ISSUERS: JSON.stringify([issuer, 7]) });
    expect(told).toContain('0: audiense is not a setting, did you mean audience?');
    expect(told).toContain('rules 0: claim is not a setting, did you mean claims?');
    for (const fault of ['audience must', '1: roles must', '1: it is no mapping']) expect(told).toContain(fault);
  });

  it.each([
    ['SERVER__TRUST_PROXY', 'true'],
    ['SERVER__TRUST_PROXY', '0.0.0.0/0'],
    ['SERVER__TRUST_PROXY', '*'],
    ['SERVER__PUBLIC_URL', 'https://host/path'],
    ['SERVER__PUBLIC_URL', 'ftp://host'],
    ['CORS__ORIGINS', '*'],
    ['CORS__ORIGINS', 'https://a.example/'],
    ['CORS__ORIGINS', 'null'],
    ['TOKENS__LEEWAY_SECONDS', '61'],
    ['TOKENS__WRAPPING_KEY', 'short'],
    ['TOKENS__ALGORITHM', 'none'],
    ['REDIS__URL', 'http://host'],
    ['OPA__URL', 'http://user:hunter2@127.0.0.1:8181/v1/data/xzepr/allow'],
    ['OPA__URL', 'ftp://host'],
  ])('of %s are never %j', (name, value) => {
    expect(refusal({ [`XZEPR__${name}`]: value })).toContain(`XZEPR__${name} must`);
  });

  it('of proxies are how many there are, or which', () => {
    const trusted = (value: string): unknown => settingsFrom({ XZEPR__SERVER__TRUST_PROXY: value }).server.trustProxy;
    expect(trusted('2')).toBe(2);
    expect(trusted('10.0.0.0/8, ::1, loopback')).toEqual(['10.0.0.0/8', '::1', 'loopback']);
  });

  it('for a certificate are two files', () => {
    expect(refusal({ XZEPR__TLS__CERT_FILE: '/c' })).toContain('belong together');
  });

  describe('of production', () => {
    const SOUND = {
      ...{ XZEPR__ENVIRONMENT: 'production', XZEPR__DATABASE__URL: 'postgres://db/x', XZEPR__REDIS__URL: 'redis://r' },
      XZEPR__TOKENS__WRAPPING_KEY: 'Zk3vQ9xW7mT2rY8uB5nH1cL6pD4sF0gJ',
    };

    it('are taken when they are sound', () => {
      expect(loadSettings(SOUND).warnings).toEqual([]);
    });

    it.each([
      [
        'an example secret',
        { XZEPR__BOOTSTRAP__ADMIN_KEY: 'change-me-change-me-change-me-change-me' },
        /ADMIN_KEY looks like an example/,
      ],
      ['another one', { XZEPR__TOKENS__WRAPPING_KEY: 'x'.repeat(40) }, /WRAPPING_KEY looks like an example/],
      ['origins without TLS', { XZEPR__CORS__ORIGINS: 'http://a.example' }, /http:\/\/a\.example, which is not https/],
      ['an address without TLS', { XZEPR__SERVER__PUBLIC_URL: 'http://a.example' }, /PUBLIC_URL must be https/],
      ['no rate limits', { XZEPR__RATE_LIMIT__ENABLED: 'false' }, /RATE_LIMIT__ENABLED must not be false/],
    ])('are refused with %s', (_, change, message) => {
      expect(refusal({ ...SOUND, ...change })).toMatch(message);
    });

    it.each([
      ['DATABASE__URL', /embedded database/],
      ['REDIS__URL', /replicas share their limits/],
      ['TOKENS__WRAPPING_KEY', /signing keys lie open/],
    ])('are refused without %s', (name, message) => {
      const rest = Object.fromEntries(Object.entries(SOUND).filter(([key]) => key !== `XZEPR__${name}`));
      expect(refusal(rest)).toMatch(message);
    });

    it('need no Redis where there is one replica and someone has said so', () => {
      const { XZEPR__REDIS__URL: _, ...rest } = SOUND;
      expect(loadSettings({ ...rest, XZEPR__SERVER__REPLICAS: '1' }).warnings).toEqual([]);
      expect(refusal({ ...rest, XZEPR__SERVER__REPLICAS: '2' })).toMatch(/replicas share their limits/);
    });

    it('are said, not refused, in staging, and nobody minds in development', () => {
      expect(loadSettings({ XZEPR__ENVIRONMENT: 'staging' }).warnings).toHaveLength(3);
      expect(loadSettings({}).warnings).toEqual([]);
    });
  });

  it('have a digest that tells one set from another, and says nothing of secrets', () => {
    const digest = (environment: Readonly<Record<string, string>>): string => settingsFrom(environment).digest;
    expect(digest({ XZEPR__SERVER__PORT: '5000' })).not.toBe(digest({}));
    expect(digest({ XZEPR__BOOTSTRAP__ADMIN_KEY: 'k'.repeat(40) })).toBe(digest({}));
    expect(digest({})).toMatch(/^[0-9a-f]{16}$/);
  });

  it('are shown with where each came from, and of a secret only that it is set', () => {
    const config = file('shown.yaml', 'database:\n  pool_size: 12\n');
    const environment = { XZEPR__CONFIG: config, XZEPR__BOOTSTRAP__ADMIN_KEY: 'hunter2'.repeat(8) };
    const shown = shownSettings(loadSettings(environment, ['--server.port=6000']));
    expect(shown).not.toContain('hunter2');
    expect(shown).toMatch(/XZEPR__BOOTSTRAP__ADMIN_KEY\s+= \(set, hidden\)\s+# XZEPR__BOOTSTRAP__ADMIN_KEY/);
    expect(shown).toMatch(/XZEPR__SERVER__PORT\s+= 6000\s+# --server\.port/);
    expect(shown).toMatch(new RegExp(`XZEPR__DATABASE__POOL_SIZE\\s+= 12\\s+# ${config}`));
    expect(shown).toMatch(/XZEPR__SERVER__HOST\s+= 127\.0\.0\.1\s+# default/);
    expect(shown).toMatch(/XZEPR__DATABASE__URL\s+= \(unset\)/);
  });

  it('never show what a secret was set to', () => {
    const message = refusal({ XZEPR__DATABASE__URL: 'mysql://u:hunter2@h/d', XZEPR__BOOTSTRAP__ADMIN_KEY: 'hunter2' });
    expect(message).toContain('XZEPR__DATABASE__URL');
    expect(message).not.toContain('hunter2');
  });
});
