import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { VERSION } from '../../src/lib/version.ts';
import { isNewer, moveUnreleased, moveVersion } from './changelog.ts';
import { pack } from './pack.ts';

const USAGE = `npm run release -- VERSION
npm run release -- --pack
  makes a release: moves the entries below "Unreleased" in CHANGELOG.md to VERSION (such as 0.2.0), sets the version in
  package.json, package-lock.json, src/lib/version.ts, docs/openapi.json, docs/deploy.md and the example for Kubernetes,
  commits that, tags it vVERSION, and writes release/waverify-VERSION.tgz. Nothing is pushed. The working tree must be
  clean. --pack only writes the tarball of what is there.`;

/** What an operator copies commands or settings from. They have the version of the tarball that they are in. */
const COPIED = ['docs/deploy.md', 'deploy/kubernetes/waverify.yaml'];

const FOLDER = 'release';

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      pack: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const [version] = positionals;
  if ((version === undefined) === !values.pack) throw new Error(USAGE);
  if (version !== undefined) commitRelease(version);
  const tarball = pack(FOLDER);
  // Only now: a release that cannot be built is not tagged.
  if (version !== undefined) git('tag', '--annotate', `v${version}`, '--message', version);
  console.log(`${tarball}\nTry it in an empty folder:`);
  console.log(`  tar xzf ${process.cwd()}/${tarball} --strip-components=1`);
  console.log('  npm ci --omit=dev --legacy-peer-deps && node dist/src/waverify.js start');
}

function commitRelease(version: string): void {
  if (!isNewer(version, VERSION)) {
    throw new Error(`The version must be like 1.2.3 and greater than ${VERSION}`);
  }
  if (git('status', '--porcelain') !== '') throw new Error('Commit or discard your changes first');
  if (git('tag', '--list', `v${version}`) !== '') throw new Error(`There is a tag v${version}`);
  const date = new Date().toISOString().slice(0, 10);
  edit('CHANGELOG.md', (text) => moveUnreleased(text, version, date));
  edit('src/lib/version.ts', (text) => text.replace(`'${VERSION}'`, `'${version}'`));
  for (const path of COPIED) edit(path, (text) => moveVersion(text, VERSION, version));
  npm('version', version, '--no-git-tag-version');
  npm('run', '--silent', 'openapi');
  git('commit', '--all', '--message', `chore: release ${version}`);
}

function edit(path: string, change: (text: string) => string): void {
  const before = readFileSync(path, 'utf8');
  const after = change(before);
  if (after === before) throw new Error(`${path} could not be changed`);
  writeFileSync(path, after);
}

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { encoding: 'utf8' }).trim();
}

function npm(...args: readonly string[]): void {
  execFileSync('npm', args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

try {
  main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
