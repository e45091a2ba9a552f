// Builds the program and its pages if they are missing or older than what they are made of. Does nothing where there is
// only the build: in a release, an image, or after `npm prune --omit=dev`. Written in JavaScript, because these have no
// compiler.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const SOURCES = [
  'src',
  'config',
  'database/migrations',
  'database/snapshot',
  'examples',
  'scripts',
  'web',
];
const FILES = [
  'database/migrate.ts',
  'database/migrator.ts',
  'database/migration-names.ts',
  'database/new-database.ts',
  'docs/openapi.json',
  'package-lock.json',
  'package.json',
  'tsconfig.json',
  'vite.config.ts',
];

/** The first is written when the build starts, with the time of its start, and the second when it ends. */
const [STARTED, ENDED] = ['dist/.built', 'dist/console/index.html'];

/** @param {string} path */
const at = (path) => join(ROOT, path);

/**
 * When a file, or something in a folder, was changed, added or removed for the last time.
 * @param {string} path
 * @returns {number}
 */
function readNewest(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats?.isDirectory()) return stats?.mtimeMs ?? 0;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => readNewest(join(path, name))));
}

function isCurrent() {
  if (!existsSync(at(STARTED)) || !existsSync(at(ENDED))) return false;
  return (
    statSync(at(STARTED)).mtimeMs > Math.max(...[...SOURCES, ...FILES].map(at).map(readNewest))
  );
}

const hasTools = existsSync(at('node_modules/rolldown')) && existsSync(at('src'));

if (hasTools && !isCurrent()) {
  process.stderr.write('Building Waverify\n');
  // Standard output is for what the command prints.
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) process.exit(status ?? 1);
}

if (!existsSync(at('dist/src/waverify.js'))) {
  process.stderr.write('There is no build of Waverify. Run: npm ci && npm run build\n');
  process.exit(1);
}
