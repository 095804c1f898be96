import express from 'express';

/**
 * What Express 5 answers from memory: the same body limit and way of reading it, one object parsed, one answer of the size
 * of ours. Nothing is checked and nothing is kept.
 */
const answer = JSON.stringify({
  ...{
    id: '01JD0000000000000000000000',
    position: 1,
    name: 'payments',
    version: '2.4.1',
    release: '1',
    platform_id: 'linux',
  },
  ...{ package: 'oci', description: 'unit tests', payload: { passed: 812, failed: 0, suite: 'unit' }, success: true },
  ...{ event_receiver_id: '01JD0000000000000000000000', receiver_version: 1, created_by: '01JD0000000000000000000000' },
  ...{ created_at: '2026-01-01T00:00:00.000000Z', transitions: [] },
});
const app = express();
app.disable('x-powered-by');
app.use(express.raw({ type: 'application/json', limit: '1mb' }));
app.post('/api/v1/events', (request, response) => {
  JSON.parse((request.body as Buffer).toString('utf8'));
  response.status(201).type('application/json').send(answer);
});
app.get('/{*path}', (_request, response) => {
  response.type('application/json').send(answer);
});
app.listen(Number(process.env['PORT']), '127.0.0.1');
