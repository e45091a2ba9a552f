import type { Reporter, TestModule } from 'vitest/node';

const LANES = `What is the same on each database ran on SQLite only, processes were killed once per suite, and pages were
shown in one look. Everything, on all databases: npm run test:full
`;

/** Ends the output with one plain line that a person or a CI can read. */
export class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0 };
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      for (const test of tests) {
        const { state } = test.result();
        if (state === 'passed' || state === 'failed' || state === 'skipped') count[state] += 1;
      }
      // A file that could not even be loaded has no tests to count.
      if (!module.ok() && tests.every((test) => test.result().state !== 'failed'))
        count.failed += 1;
    }
    const { passed, failed, skipped } = count;
    process.on('exit', () => {
      const lanes = process.env['TEST_FULL'] === 'true' ? '' : LANES;
      process.stdout.write(
        `\n${lanes}${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}\n`,
      );
    });
  }
}
