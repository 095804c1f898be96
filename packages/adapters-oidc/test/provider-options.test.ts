import { describe, expect, it } from '@jest/globals';

import { oidcProvider, oidcProviderFault, repetitionFault } from '../src/index.js';
import type { OidcProviderOptions } from '../src/index.js';

const GOOD: OidcProviderOptions = {
  ...{ name: 'acme', issuer: 'https://id.acme.example/realms/main', clientId: 'xzepr' },
  ...{ roleClaim: 'groups', roleMap: { ops: ['admin'] } },
};

describe('oidcProviderFault', () => {
  it('finds nothing wrong with what is right', () => {
    expect(oidcProviderFault(GOOD)).toBe(undefined);
    expect(oidcProviderFault({ ...GOOD, issuer: 'http://localhost:8080', allowInsecure: true })).toBe(undefined);
  });

  it.each([
    [{ name: 'Acme' }, 'name must be 1 to 32 of a-z, 0-9 and -'],
    [{ name: '' }, 'name must be 1 to 32 of a-z, 0-9 and -'],
    [{ issuer: 'id.acme.example' }, 'issuer must be an absolute URL'],
    [{ issuer: 'http://id.acme.example' }, 'issuer must be https'],
    [{ issuer: 'http://id.acme.example', allowInsecure: true }, 'issuer must be https'],
    [{ issuer: 'http://127.0.0.1.evil.example', allowInsecure: true }, 'issuer must be https'],
    [{ issuer: 'http://127.0.0.1' }, 'issuer must be https; http to this machine needs allow_insecure'],
    [{ issuer: 'https://a:b@id.acme.example' }, 'issuer must carry neither a user name or password nor a fragment'],
    [{ clientId: ' ' }, 'client_id must be 1 to 1024 characters, not blank'],
    [{ clientSecret: '' }, 'client_secret must be 1 to 1024 characters, not blank'],
    [{ scopes: ['profile'] }, 'scopes must have "openid" among them'],
    [{ scopes: ['openid profile'] }, 'scopes must be a list of texts without spaces'],
    [{ roleMap: {} }, 'role_map must map at least one value to roles, or nobody gets in'],
    [{ roleMap: { ops: [] } }, 'role_map of "ops" must be a list of at least one role'],
    [{ timeoutMs: 0 }, 'timeout_ms must be a whole number from 1 to 60000'],
  ])('%j', (change, fault) => {
    expect(oidcProviderFault({ ...GOOD, ...change })).toBe(fault);
  });

  it('names a role that there is not, and those that there are', () => {
    const roleMap = { ops: ['root' as 'admin'] };
    expect(oidcProviderFault({ ...GOOD, roleMap })).toBe(
      'role_map of "ops" has "root", which is no role; there are admin, event_manager, event_reporter, event_viewer, user',
    );
    expect(() => oidcProvider({ ...GOOD, roleMap })).toThrow('"root"');
  });
});

describe('repetitionFault', () => {
  it('names what is given twice', () => {
    const other = { ...GOOD, issuer: 'https://other.example' };
    expect(repetitionFault([GOOD, other], ['issuer'])).toBe(undefined);
    expect(repetitionFault([GOOD, other], ['name', 'issuer'])).toBe('name "acme" is given twice; each needs its own');
  });
});
