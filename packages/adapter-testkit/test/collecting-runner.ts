import type { TestRunner } from '../src/index.js';

type Body = () => Promise<void>;

interface Outcome {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
}

/** Runs what `declare` declares and tells which tests failed, instead of failing. */
export async function outcomeOf(declare: (runner: TestRunner) => void): Promise<Outcome> {
  const hooks = { beforeAll: [] as Body[], beforeEach: [] as Body[], afterAll: [] as Body[] };
  const tests: { readonly title: string; readonly body: Body }[] = [];
  declare({
    describe: (_title, body) => {
      body();
    },
    it: (title, body) => void tests.push({ title, body }),
    beforeAll: (body) => void hooks.beforeAll.push(body),
    beforeEach: (body) => void hooks.beforeEach.push(body),
    afterAll: (body) => void hooks.afterAll.push(body),
  });
  const [passed, failed]: [string[], string[]] = [[], []];
  for (const hook of hooks.beforeAll) await hook();
  for (const { title, body } of tests) {
    for (const hook of hooks.beforeEach) await hook();
    const fails = await body().then(
      () => false,
      () => true,
    );
    (fails ? failed : passed).push(title);
  }
  for (const hook of hooks.afterAll) await hook();
  return { passed, failed };
}
