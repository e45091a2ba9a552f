import { execFileSync } from 'node:child_process';
import { describeMissingBrowser } from '../browser/browser.ts';
import { describeMissing } from '../database/databases.ts';

/** Compiles the program and its pages once, for the tests that run or open them, and says what will be skipped. */
export async function setup(): Promise<void> {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
  for (const missing of [await describeMissing(), describeMissingBrowser()]) {
    if (missing) process.stderr.write(`${missing}\n`);
  }
}
