import type { Reporter, TestModule } from 'vitest/node';

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
      process.stdout.write(
        `\n${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}\n`,
      );
    });
  }
}
