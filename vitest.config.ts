import { defineConfig } from 'vitest/config';
import { SlowFirst } from './test/support/slow-first.ts';
import { SummaryReporter } from './test/support/summary-reporter.ts';

const timeouts = { testTimeout: 60_000, hookTimeout: 60_000 };

/**
 * Files that need a process of their own: Sequelize changes the column definitions of the migrations that it runs,
 * and the lab looks at what the process has open. The others import the program once for many of them.
 */
const isolated = ['test/storage/migrations/*.test.ts', 'test/whatsapp-lab/lab.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'shared',
          include: ['test/**/*.test.ts'],
          exclude: isolated,
          isolate: false,
          ...timeouts,
        },
      },
      { test: { name: 'isolated', include: isolated, ...timeouts } },
    ],
    sequence: { sequencer: SlowFirst },
    globalSetup: ['test/support/process/build.ts'],
    reporters: ['default', new SummaryReporter()],
    // Most of them wait for a server, a lease or a clock: more of them than cores keep both busy.
    maxWorkers: 4,
  },
});
