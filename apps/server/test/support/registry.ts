import type { ServerProcess } from './server-process.js';

export type Json = Readonly<Record<string, unknown>>;

export async function created(server: ServerProcess, path: string, body: Json): Promise<string> {
  const response = await server.ask(path, { method: 'POST', body });
  const text = await response.text();
  if (response.status !== 201) throw new Error(`${path} answered ${String(response.status)}: ${text}`);
  return (JSON.parse(text) as { readonly id: string }).id;
}

export function makeReceiver(server: ServerProcess, type: string): Promise<string> {
  const schema = { type: 'object', properties: { passed: { type: 'integer' } } };
  return created(server, '/api/v1/receivers', { name: 'tests', type, version: '1', description: 'a test', schema });
}

export function makeGroup(server: ServerProcess, type: string, ids: readonly string[]): Promise<string> {
  const named = { name: 'gate', type, version: '1', description: 'a test', policy: 'latest' };
  return created(server, '/api/v1/groups', { ...named, event_receiver_ids: ids });
}

export function eventOf(receiver: string, release: string): Json {
  const subject = { name: 'payments', version: '2', release, platform_id: 'linux', package: 'oci' };
  return { ...subject, description: 'a test', payload: { passed: 1 }, success: true, event_receiver_id: receiver };
}
