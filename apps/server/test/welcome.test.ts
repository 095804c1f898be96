import { describe, expect, it } from '@jest/globals';

import { loadSettings } from '../src/settings/load-settings.js';
import type { Settings } from '../src/settings/settings.js';
import { welcome } from '../src/welcome.js';

const settings = (environment: Readonly<Record<string, string>>): Settings => loadSettings(environment).settings;
const POSTGRES = { XZEPR__DATABASE__URL: 'postgres://u:hunter2@h/d' };

describe('what a person reads at the start', () => {
  it('names the address and the documentation, and no secret', () => {
    expect(welcome(settings(POSTGRES), 3_000, undefined)).toBe(
      'XZepr is ready at http://127.0.0.1:3000, its documentation at http://127.0.0.1:3000/docs\n',
    );
  });

  it('sends nobody to documentation that is turned off', () => {
    expect(welcome(settings({ ...POSTGRES, XZEPR__DOCS__ENABLED: 'false' }), 3_000, undefined)).toBe(
      'XZepr is ready at http://127.0.0.1:3000, its documentation turned off\n',
    );
  });

  it('says what the embedded database is not good for, and shows a key that was made', () => {
    const text = welcome(settings({}), 3_000, 'xzepr_key');
    expect(text).toContain('not for more than one server');
    expect(text).toContain("curl -H 'X-API-Key: xzepr_key' http://127.0.0.1:3000/api/v1/receivers");
  });
});
