import type { BackendHarness } from '../backend-harness.js';
import { declarePromises } from '../contract.js';
import type { Promises, TestRunner } from '../contract.js';
import { setScene } from '../scene.js';
import type { Scene } from '../scene.js';

/** @internal Several sets of promises of one store, which is opened before the first test and emptied before each. */
export function declareStorage(
  runner: TestRunner,
  title: string,
  open: () => Promise<BackendHarness>,
  sets: Readonly<Record<string, Promises<Scene>>>,
): void {
  let harness: BackendHarness | undefined;
  let scene: Scene | undefined;
  runner.describe(title, () => {
    runner.beforeAll(async () => {
      harness = await open();
    });
    runner.beforeEach(async () => {
      await opened(harness).reset();
      scene = setScene(opened(harness));
    });
    runner.afterAll(async () => {
      await harness?.close();
    });
    for (const [part, promises] of Object.entries(sets)) declarePromises(runner, part, () => opened(scene), promises);
  });
}

function opened<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there is no store to test: open did not resolve');
  return value;
}
