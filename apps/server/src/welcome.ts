import type { Settings } from './settings/settings.js';

/** What a person reads when the server has started. */
export function welcome(settings: Settings, port: number, key: string | undefined): string {
  const { server, database, docs, tls } = settings;
  const host = server.host.includes(':') ? `[${server.host}]` : server.host;
  const address = `${tls === undefined ? 'http' : 'https'}://${host}:${String(port)}`;
  const lines = [`XZepr is ready at ${address}, its documentation ${docs ? `at ${address}/docs` : 'turned off'}`];
  if (database.url === undefined) {
    lines.push(
      `Data is in ${database.path}, in a database inside this process: good for trying things out, not for more than one server`,
      'or for what must not be lost. Set XZEPR__DATABASE__URL to a PostgreSQL for that.',
    );
  }
  if (key !== undefined) {
    lines.push(
      '',
      'The first admin key, shown this once:',
      '',
      `  ${key}`,
      '',
      `  curl -H 'X-API-Key: ${key}' ${address}/api/v1/receivers`,
      '',
    );
  }
  return `${lines.join('\n')}\n`;
}
