import { execFileSync } from 'node:child_process';
import { describeMissing } from './databases.ts';

/** Compiles the program once, for the tests that run it as a process, and says what will be skipped. */
export async function setup(): Promise<void> {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
  const missing = await describeMissing();
  if (missing) process.stderr.write(`${missing}\n`);
}
