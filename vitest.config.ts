import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { isFull } from './test/support/full-run.ts';
import { SlowFirst } from './test/support/slow-first.ts';
import { SummaryReporter } from './test/support/summary-reporter.ts';

/** Only ends what hangs. Slow machines need more than a minute for some tests. */
const timeouts = { testTimeout: 180_000, hookTimeout: 180_000 };

/**
 * Files that need a process of their own: Sequelize changes the column definitions of the migrations that it runs, the
 * lab looks at what the process has open, and what files before have left behind would be counted as storage that is
 * enabled. The others import the program once for many of them.
 */
const isolated = [
  'test/storage/migrations/*.test.ts',
  'test/whatsapp-lab/lab.test.ts',
  'test/channels/whatsapp/protocol/scoped-storage.test.ts',
];

/**
 * Files that wait for `npm run test:full`. Each takes long for what it is about: a released migration, which nobody edits
 * (`upgrade-walk` and `snapshot` apply them all), a fault of the machine or of several processes whose guards other
 * suites race, or a program for those who develop Waverify.
 */
const fullRunOnly = [
  'test/storage/migrations/{email-recipients,last-digits,session-id}-migration.test.ts',
  'test/storage/migrations/{sentences-to-codes,session-migrations,upgrade-to-accounts}.test.ts',
  'test/faults/machine/*.test.ts',
  'test/faults/{rollups,usage}.test.ts',
  'test/faults/whatsapp/{kill-pairing,many-nodes-*,terminal}.test.ts',
  'test/faults/leaks/{code-leak-nodes,inbound-leak}.test.ts',
  'test/cli/commands/import-auth.test.ts',
  'test/scripts/{attack,demo,release,replace-folder}.test.ts',
  'test/whatsapp-lab/command.test.ts',
];

const source = (name: string) =>
  fileURLToPath(new URL(`packages/${name}/src/index.ts`, import.meta.url));

/** Tests use the packages as they are here, not as they were last built. */
const alias = {
  '@waverify/client': source('client'),
  '@waverify/better-auth': source('better-auth'),
};

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'shared',
          include: ['test/**/*.test.ts'],
          exclude: isFull ? isolated : [...isolated, ...fullRunOnly],
          isolate: false,
          ...timeouts,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'isolated',
          include: isolated,
          exclude: isFull ? [] : fullRunOnly,
          ...timeouts,
        },
      },
    ],
    sequence: { sequencer: SlowFirst },
    globalSetup: ['test/support/process/build.ts'],
    reporters: ['default', new SummaryReporter()],
    // Most of them wait for a server, a lease or a clock: more of them than cores keep both busy.
    maxWorkers: 4,
  },
});
