import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';

/** `npm ci` in the unpacked tarball installs the versions of this file. npm leaves a package-lock.json out of a tarball. */
const SHRINKWRAP = 'npm-shrinkwrap.json';

/**
 * Builds Waverify and packs the build with the exact versions of its dependencies.
 * @returns the path of the tarball.
 */
export function pack(folder: string): string {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
  mkdirSync(folder, { recursive: true });
  copyFileSync('package-lock.json', SHRINKWRAP);
  try {
    const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
    const output = execFileSync('npm', args, { encoding: 'utf8' });
    const [{ filename }] = JSON.parse(output) as [{ readonly filename: string }];
    return `${folder}/${filename}`;
  } finally {
    rmSync(SHRINKWRAP);
  }
}
