import { defineConfig } from 'vitest/config';
import { SummaryReporter } from './test/support/summary-reporter.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Files leave nothing behind in their process, and importing the program once for many of them saves minutes.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    globalSetup: ['test/support/process/build.ts'],
    reporters: ['default', new SummaryReporter()],
    // Most of them wait for a server, a lease or a clock: more of them than cores keep both busy.
    maxWorkers: 3,
  },
});
