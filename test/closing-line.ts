import type { AggregatedResult, Reporter } from '@jest/reporters';

/** Ends a run with one line that tools and people can read. A file that could not be run counts as a failure. */
export default class ClosingLine implements Pick<Reporter, 'onRunComplete'> {
  onRunComplete(_contexts: unknown, results: AggregatedResult): void {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    // Jest's own summary comes after every reporter.
    process.once('exit', () => {
      process.stdout.write(`${String(results.numPassedTests)} passed, ${String(failed)} failed\n`);
    });
  }
}
