import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { installNode } from '../smoke/install-node.ts';

/** Where a root file system of Debian is kept for the next run. */
const FOLDER = '/var/tmp/waverify-image';

/** What the larger of the two images has that the build needs. */
const BUILD_PACKAGES = 'ca-certificates,g++,git,make,python3';

/** Where the certificates are that this machine trusts beside those of Node.js, if there are any. */
export const EXTRA_CA = '/etc/ssl/extra-ca.pem';

/**
 * Makes a root file system like that of the image `node:VERSION-bookworm` or `node:VERSION-bookworm-slim`, of Debian's
 * packages and the npm package `node`.
 */
export function createBase(image: string, root: string): void {
  const [, version = '', slim] = /^node:([\d.]+)-bookworm(-slim)?$/.exec(image) ?? [];
  if (version === '') throw new Error(`The base image ${image} is not known here`);
  const debian = join(FOLDER, slim ? 'slim' : 'full');
  if (!existsSync(join(debian, 'usr/bin/env'))) install(debian, slim ? '' : BUILD_PACKAGES);
  mkdirSync(dirname(root), { recursive: true });
  execFileSync('cp', ['-a', debian, root]);
  cpSync(installNode(version), join(root, 'usr/local/bin/node'));
  const npm = dirname(dirname(realpathSync(findProgram('npm'))));
  mkdirSync(join(root, 'usr/local/lib/node_modules'), { recursive: true });
  cpSync(npm, join(root, 'usr/local/lib/node_modules/npm'), { recursive: true, dereference: true });
  const ca = process.env['NODE_EXTRA_CA_CERTS'];
  if (ca) cpSync(ca, join(root, EXTRA_CA));
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'));
  // Those of the official image are there too. The native packages use Node-API, so any version of them will do.
  cpSync(findHeaders(), join(root, 'usr/local/include/node'), { recursive: true });
  execFileSync('chroot', [root, 'useradd', '--uid', '1000', '--create-home', 'node']);
}

/** Installs Debian, from the mirror that this machine uses. */
function install(target: string, packages: string): void {
  const format = ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages'];
  const [mirror = ''] = execFileSync('apt-get', format, { encoding: 'utf8' }).split('\n');
  mkdirSync(dirname(target), { recursive: true });
  const include = packages === '' ? [] : [`--include=${packages}`];
  const args = ['--variant=minbase', ...include, 'bookworm', target, mirror];
  execFileSync('debootstrap', args, { stdio: 'inherit' });
  for (const file of ['/etc/resolv.conf', '/etc/hosts'])
    cpSync(realpathSync(file), join(target, file));
}

function findHeaders(): string {
  const folders = ['/usr/local/include/node', '/usr/include/node'];
  const found = folders.find((folder) => existsSync(join(folder, 'node_api.h')));
  if (found === undefined)
    throw new Error(`The headers of Node.js are not in ${folders.join(' or ')}`);
  return found;
}

function findProgram(name: string): string {
  return execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
}
