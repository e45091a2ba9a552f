import { defineConfig } from 'vitest/config';
import { SummaryReporter } from './test/support/summary-reporter.ts';

const timeouts = { testTimeout: 60_000, hookTimeout: 60_000 };

/** Files that leave nothing behind in their process: importing the program once for all of them halves their time. */
const shared = ['test/{domain,http,services}/**/*.test.ts', 'test/storage/!(migrations)/*.test.ts'];

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'shared', include: shared, isolate: false, ...timeouts } },
      {
        test: { name: 'isolated', include: ['test/**/*.test.ts'], exclude: shared, ...timeouts },
      },
    ],
    globalSetup: ['test/support/process/build.ts'],
    reporters: ['default', new SummaryReporter()],
    // Most of them wait for a server, a lease or a clock: more of them than cores keep both busy.
    maxWorkers: 3,
  },
});
