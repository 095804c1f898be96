import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { generateKey } from '@xzepr/adapters-jwt';
import { systemClock } from '@xzepr/adapters-node';
import type { UnitOfWork } from '@xzepr/core';
import { loadSettings } from '@xzepr/server';
import { afterAll, describe, expect, it } from '@jest/globals';

import { servedRing } from '../src/signing-keys.js';
import type { ServedRing } from '../src/signing-keys.js';

describe('a ring in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'xzepr-ring-'));
  const file = join(folder, 'ring.yaml');
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const unitOfWork: UnitOfWork = {
    run: () => Promise.reject(new Error('a ring in a file has no need of the store')),
  };

  function ringOf(text: string): ServedRing {
    writeFileSync(file, text);
    const { tokens } = loadSettings({ XZEPR__TOKENS__KEYS_FILE: file }, []).settings;
    return servedRing({ unitOfWork, clock: systemClock, tokens });
  }
  const listed = async (...more: readonly string[]): Promise<string> => {
    const texts = more.map(async (members, index) => {
      const { material } = await generateKey({ algorithm: 'ES256' });
      writeFileSync(join(folder, `${String(index)}.pem`), material);
      return `- { kid: k${String(index)}, algorithm: ES256, material_file: ${folder}/${String(index)}.pem${members} }\n`;
    });
    return (await Promise.all(texts)).join('');
  };

  it('signs with the newest key whose time has come, in whatever form its times are written', async () => {
    const served = ringOf(
      await listed(
        ", signs_from: '2020-01-01T00:00:00Z'",
        ', signs_from: 2020-01-01T00:30:00+01:00',
        ", signs_from: '2999-01-01T00:00:00Z'",
        ", signs_from: '2021-01-01T00:00:00Z', verifies_until: '2022-01-01T00:00:00.5Z'",
      ),
    );
    expect(await served.reload()).toBe(true);
    expect(served.ring.signingKey().source.kid).toBe('k0');
    expect(served.ring.jwks().keys.map(({ kid }) => kid)).toEqual(['k0', 'k1', 'k2']);
    expect(await served.reload()).toBe(false);
  });

  it.each([
    ['verifies_until', 'tomorrow'],
    ['verifies_until', '2026-13-01T00:00:00Z'],
    ['signs_from', '2026-11-25'],
    ['signs_from', 'yes'],
  ])('is not taken with %s: %s, which would never end or never begin', async (name, time) => {
    const served = ringOf(await listed(`, ${name}: '${time}'`));
    await expect(served.reload()).rejects.toThrow(`${file}: ${name} of key k0 must be an RFC 3339 date-time`);
  });

  it('stays as it was when the file cannot be read any more', async () => {
    const served = ringOf(await listed(''));
    await served.reload();
    writeFileSync(file, 'half of a { ');
    await expect(served.reload()).rejects.toThrow();
    expect(served.ring.signingKey().source.kid).toBe('k0');
  });
});
