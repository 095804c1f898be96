/**
 * The functions that every test runner has. Hand in those of jest or vitest as they are; of `node:test` take `before` for
 * `beforeAll` and `after` for `afterAll`.
 *
 * @public
 */
export interface TestRunner {
  readonly describe: (title: string, body: () => void) => void;
  readonly it: (title: string, body: () => Promise<void>) => void;
  readonly beforeAll: (body: () => Promise<void>) => void;
  readonly beforeEach: (body: () => Promise<void>) => void;
  readonly afterAll: (body: () => Promise<void>) => void;
}

/** @internal What an adapter promises, in words, each with what finds out whether it keeps it. */
export type Promises<Subject> = Readonly<Record<string, (subject: Subject) => Promise<void>>>;

/** @internal A test for each promise, of an adapter that `opened` hands out when the test begins. */
export function declarePromises<Subject>(
  { describe, it }: TestRunner,
  title: string,
  opened: () => Subject,
  promises: Promises<Subject>,
): void {
  describe(title, () => {
    for (const [promise, keeps] of Object.entries(promises)) it(promise, () => keeps(opened()));
  });
}

/** @internal The same, with an adapter of their own that `open` gives before the first and that stays for all. */
export function declareContract<Subject>(
  runner: TestRunner,
  title: string,
  open: () => Promise<Subject>,
  promises: Promises<Subject>,
): void {
  let opened: { readonly subject: Subject } | undefined;
  runner.describe(title, () => {
    runner.beforeAll(async () => {
      opened = { subject: await open() };
    });
    for (const [promise, keeps] of Object.entries(promises)) {
      runner.it(promise, () => {
        if (opened === undefined) throw new Error(`there is no ${title}: open did not resolve`);
        return keeps(opened.subject);
      });
    }
  });
}
