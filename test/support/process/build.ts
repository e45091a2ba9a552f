import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { describeMissingBrowser } from '../browser/browser.ts';
import { describeMissing } from '../database/databases.ts';
import { dropKept } from '../database/kept-database.ts';
import { describeMissingPhp, describeMissingPromtool } from '../has-program.ts';
import { describeMissingRedis } from '../redis.ts';

/** What the program is built of, and what says that it was. */
const SOURCES = ['src', 'config', 'database', 'scripts', 'web', 'package-lock.json'];
const SETTINGS = ['package.json', 'tsconfig.json', 'vite.config.ts'];
const BUILT = 'dist/.built-for-tests';

/** Builds the program and its pages once, for the tests that run or open them, and says what will be skipped. */
export async function setup({ config }: TestProject): Promise<() => Promise<void>> {
  build();
  for (const missing of [
    await describeMissing(),
    describeMissingRedis(),
    describeMissingBrowser(),
    describeMissingPhp(),
    describeMissingPromtool(),
  ]) {
    if (missing) process.stderr.write(`${missing}\n`);
  }
  // Names the databases that the workers keep.
  process.env['TEST_RUN'] = randomBytes(6).toString('hex');
  return () => dropKept(Number(config.maxWorkers));
}

/** Builds unless the last build is newer than everything that it was made of. */
function build(): void {
  const startedAt = new Date();
  const changedAt = Math.max(...[...SOURCES, ...SETTINGS].map(readNewest));
  if (existsSync(BUILT) && statSync(BUILT).mtimeMs > changedAt) return;
  rmSync(BUILT, { force: true });
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
  writeFileSync(BUILT, '');
  utimesSync(BUILT, startedAt, startedAt);
}

/** When a file, or something in a folder, was changed, added or removed for the last time. */
function readNewest(path: string): number {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => readNewest(join(path, name))));
}
