import { spawnSync } from 'node:child_process';

/** Whether a program can be started here. */
export function hasProgram(name: string): boolean {
  return spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0;
}

/** One sentence about a receiver that will not be run, or nothing. */
export function describeMissingPhp(): string | undefined {
  return hasProgram('php') ? undefined : 'Skipped, because there is no php: the receiver in PHP';
}
