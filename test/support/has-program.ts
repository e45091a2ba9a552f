import { spawnSync } from 'node:child_process';

/** Whether a program can be started here; `showsVersion` is the argument with which it ends at once. */
export function hasProgram(name: string, showsVersion = '--version'): boolean {
  return spawnSync(name, [showsVersion], { stdio: 'ignore' }).status === 0;
}

/** Whether alerts can be tried here; CI must be able to. */
export const hasPromtool = process.env['CI'] === 'true' || hasProgram('promtool');

/** One sentence about alerts that will not be tried, or nothing. */
export function describeMissingPromtool(): string | undefined {
  return hasPromtool ? undefined : 'Skipped, because there is no promtool: the tests of the alerts';
}

/** One sentence about a receiver that will not be run, or nothing. */
export function describeMissingPhp(): string | undefined {
  return hasProgram('php') ? undefined : 'Skipped, because there is no php: the receiver in PHP';
}
