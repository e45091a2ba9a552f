import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { TestProject } from 'vitest/node';
import { describeMissingBrowser } from '../browser/browser.ts';
import { describeMissing } from '../database/databases.ts';
import { dropKept } from '../database/kept-database.ts';
import { describeMissingPhp, describeMissingPromtool } from '../has-program.ts';
import { describeMissingRedis } from '../redis.ts';
import { describeMissingClock } from './fake-clock.ts';
import { describeMissingHosts } from './private-hosts.ts';

/** Builds the program and its pages once, for the tests that run or open them, and says what will be skipped. */
export async function setup({ config }: TestProject): Promise<() => Promise<void>> {
  execFileSync(process.execPath, ['scripts/ensure-build.mjs'], { stdio: 'inherit' });
  for (const missing of [
    await describeMissing(),
    describeMissingRedis(),
    describeMissingBrowser(),
    describeMissingPhp(),
    describeMissingPromtool(),
    describeMissingClock(),
    describeMissingHosts(),
  ]) {
    if (missing) process.stderr.write(`${missing}\n`);
  }
  // Names the databases that the workers keep.
  process.env['TEST_RUN'] = randomBytes(6).toString('hex');
  return () => dropKept(Number(config.maxWorkers));
}
