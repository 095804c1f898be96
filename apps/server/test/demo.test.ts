import { afterEach, describe, expect, it, jest } from '@jest/globals';

import { startDemo } from './support/demo-process.js';
import type { DemoProcess } from './support/demo-process.js';

jest.setTimeout(180_000);

/** The settings of a real server, whose database must stay out of it. */
const REAL_SERVER = { XZEPR__DATABASE__URL: 'postgres://nobody@127.0.0.1:1/nothing', XZEPR__SERVER__HOST: '192.0.2.1' };

describe('the demo', () => {
  const running: DemoProcess[] = [];
  const start = (environment?: Readonly<Record<string, string>>): DemoProcess => {
    const demo = startDemo(environment);
    running.push(demo);
    return demo;
  };
  afterEach(() => {
    for (const demo of running.splice(0)) demo.dispose();
  });

  it('puts every real payload on record, moves the gates as the payloads say, and answers why not', async () => {
    const demo = start(REAL_SERVER);
    const code = await demo.exitCode;
    const story = demo.stdout();
    expect([code, demo.stderr(), demo.leftBehind()]).toEqual([0, '', []]);
    expect(story).not.toContain('\u001b');
    expect(numbersIn(story)).toEqual([
      '58 receivers, one for each kind of webhook',
      '276 recorded, 53 refused',
      '51 lack members that are required, such as web_commit_signoff_required',
      '2 hold what is not allowed, such as /payload/check_run/check_suite/app/created_at: must match format "date-time"',
      '51 receivers are at revision 2, which takes an older payload by its outline: a known action, and no',
      '53 recorded, none refused',
      '329 payloads read back, 329 of them as they were sent, byte for byte',
      '329 of 329 real payloads are on record, 329 of them unchanged to the byte.',
      '0 of 3 releases may go out; the verdicts name what holds the others.',
    ]);
    expect(edgesIn(story)).toEqual([
      '2026.11.2 built completed by check_run completed: success',
      '2026.11.1 secure completed by code_scanning_alert fixed: fixed',
      '2026.11.3 shipped completed by deployment_status created: success',
      '2026.11.3 reviewed completed by pull_request closed',
      '2026.11.1 reviewed completed by pull_request_review submitted: commented',
      '2026.11.2 shipped completed by release created',
      '2026.11.2 built reopened by workflow_run requested: action_required',
      '2026.11.1 secure reopened by code_scanning_alert reopened: open',
      '2026.11.3 built completed by check_run rerequested: neutral',
      '2026.11.4 built completed by workflow_run completed: success',
      '2026.11.4 built reopened by check_run completed: failure',
      '2026.11.4 built completed by check_run completed: success',
    ]);
    expect(answersIn(story)).toEqual([
      ['Why is 2026.11.1 not secure?', 'code_scanning_alert did not pass: “code_scanning_alert reopened: open”'],
      [
        'Why is 2026.11.2 not built?',
        'check_run did not pass: “check_run created: not finished”',
        'workflow_run did not pass: “workflow_run requested: action_required”',
      ],
      ['Why is 2026.11.4 not built?', 'workflow_run has reported nothing'],
      ['Why is 2026.11.4 not built?', 'check_run did not pass: “check_run completed: failure”'],
    ]);
    expect(story).toMatch(/Release 2026\.11\.4 is built\. .*\n\n {2}All as it should be\. .*\n$/);
  });

  it('leaves nothing behind when it is interrupted while its server starts', async () => {
    const demo = start();
    await demo.serverStarted();
    demo.interrupt();
    expect([await demo.exitCode, demo.leftBehind()]).toEqual([130, []]);
  });

  it('leaves nothing behind when it is interrupted in the middle, twice', async () => {
    const demo = start();
    await demo.said('as one stream');
    demo.interrupt();
    demo.interrupt();
    expect([await demo.exitCode, demo.leftBehind()]).toEqual([130, []]);
    expect(demo.stderr()).toBe('\nStopped. The server and its database are thrown away.\n');
  });

  it('says that it failed, and leaves nothing behind, when its server dies', async () => {
    const demo = start();
    await demo.said('as one stream');
    process.kill(await demo.serverStarted(), 'SIGKILL');
    expect([await demo.exitCode, demo.leftBehind()]).toEqual([1, []]);
    expect(demo.stderr()).toContain('The demo failed: ');
    expect(demo.stdout()).not.toContain('as it should be');
  });

  it('ends, and leaves nothing behind, when nobody reads it any more', async () => {
    const demo = start();
    await demo.said('Receivers');
    demo.stopReading();
    expect([await demo.exitCode, demo.stderr(), demo.leftBehind()]).toEqual([1, '', []]);
  });
});

function linesOf(story: string): readonly string[] {
  return story.split('\n').map((line) => line.trim().replaceAll(/ {2,}/g, ' '));
}

/** The lines that begin with a count. */
function numbersIn(story: string): readonly string[] {
  return linesOf(story).filter((line) => /^\d+ /.test(line));
}

function edgesIn(story: string): readonly string[] {
  return linesOf(story)
    .filter((line) => /[✔✘] (completed|reopened) /.test(line))
    .map((line) => line.replace(/[✔✘] /, ''));
}

/** Each question, and the answers that follow it, without the event's id. */
function answersIn(story: string): readonly (readonly string[])[] {
  const lines = story.split('\n');
  return lines.flatMap((line, index) => {
    if (!/^ {2}Why /.test(line)) return [];
    const rest = lines.slice(index + 1);
    const answers = rest.slice(
      0,
      rest.findIndex((next) => !next.startsWith('    ')),
    );
    return [linesOf([line, ...answers].join('\n')).map((text) => text.replace(/ \(event [0-9A-Z]{26}\)$/, ''))];
  });
}
