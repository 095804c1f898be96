/** What the bench works on: a receiver with a schema, and two gates that it and another one make up. */
export interface BenchRegistry {
  readonly receiverId: string;
  readonly otherReceiverId: string;
  readonly groupIds: readonly string[];
}

const SCHEMA = {
  type: 'object',
  required: ['passed', 'failed', 'suite'],
  additionalProperties: false,
  properties: {
    passed: { type: 'integer', minimum: 0 },
    failed: { type: 'integer', minimum: 0 },
    suite: { type: 'string', maxLength: 100 },
  },
};

/** Makes two receivers and two gates, as an operator would. */
export async function setUpRegistry(url: string, key: string): Promise<BenchRegistry> {
  const receiver = (type: string): Promise<string> =>
    create(url, key, 'receivers', { name: 'bench', type, version: '1', description: 'bench', schema: SCHEMA });
  const [receiverId, otherReceiverId] = [await receiver('bench.unit'), await receiver('bench.scan')];
  const group = (type: string, policy: string): Promise<string> =>
    create(url, key, 'groups', {
      ...{ name: 'bench', type, version: '1', description: 'bench', policy },
      event_receiver_ids: [receiverId, otherReceiverId],
    });
  return {
    receiverId,
    otherReceiverId,
    groupIds: [await group('gate.latest', 'latest'), await group('gate.any', 'any')],
  };
}

/** The body of one event: every one of another subject of a run of 50,000, so that gates meet most subjects again. */
export function eventBody(registry: BenchRegistry, sequence: number): string {
  const release = String(sequence % 50_000);
  return JSON.stringify({
    ...{
      name: 'payments',
      version: '2.4.1',
      release,
      platform_id: 'linux-amd64',
      package: 'oci',
      description: 'unit tests',
    },
    ...{ payload: { passed: sequence, failed: 0, suite: 'unit' }, success: true },
    event_receiver_id: sequence % 3 === 0 ? registry.otherReceiverId : registry.receiverId,
  });
}

/** The subject of {@link eventBody} as a query. */
export function subjectQuery(sequence: number): string {
  return `name=payments&version=2.4.1&release=${String(sequence % 50_000)}&platform_id=linux-amd64&package=oci`;
}

async function create(url: string, key: string, kind: string, body: unknown): Promise<string> {
  const answer = await fetch(`${url}/api/v1/${kind}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (answer.status !== 201) throw new Error(`POST /${kind} answered ${String(answer.status)}: ${text}`);
  return (JSON.parse(text) as { id: string }).id;
}
