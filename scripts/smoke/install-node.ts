import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where the binaries are kept. */
const FOLDER = 'node_modules/.cache/node-versions';

/**
 * Installs a version of Node.js, such as `24` or `24.21.0`, from the npm package `node`, unless it is there.
 * @returns the path of its binary.
 */
export function installNode(version: string): string {
  const folder = resolve(FOLDER, version);
  const binary = join(folder, 'node_modules/node/bin/node');
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const args = ['install', '--no-audit', '--no-fund', '--prefix', folder, `node@${version}`];
  execFileSync('npm', args, { stdio: 'inherit' });
  if (!existsSync(binary)) throw new Error(`node@${version} has no binary for this machine`);
  return binary;
}
