import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { build, type Plugin, RolldownMagicString } from 'rolldown';
import { minify } from 'rolldown/utils';
import { build as buildPages } from 'vite';
import { replaceFolder } from './replace-folder.ts';

/** The command line, the service, and what tests and benchmarks run. */
const ENTRIES = ['src/waverify', 'src/main', 'scripts/seed-history'];

/**
 * Packages that stay in `node_modules`: those with native parts or files of their own, and large ones that many
 * installations load late or never.
 */
const EXTERNAL = [
  /^(sqlite3|argon2|@node-rs\/argon2|swagger-ui-dist)(\/|$)/,
  /^(sequelize|umzug|mysql2|pg|nodemailer|@whiskeysockets\/baileys)(\/|$)/,
];

/** The messages of zod in 60 languages, of which it uses English. */
const ALL_LOCALES = /\/zod\/v4\/locales\/index\.js$/;

const onlyEnglish: Plugin = {
  name: 'only-english',
  load: { filter: { id: ALL_LOCALES }, handler: () => `export { default as en } from './en.js';` },
};

/** Removes what only people need, but keeps the names of functions for stack traces. */
const shrink: Plugin = {
  name: 'shrink',
  async renderChunk(code, { fileName }) {
    const options = { mangle: false, codegen: { removeWhitespace: true }, sourcemap: true };
    const small = await minify(fileName, code, options);
    return small.map ? { code: small.code, map: small.map } : small.code;
  },
};

/** V8 stores a file with one character beyond Latin-1 in two bytes per character. */
const inLatin1: Plugin = {
  name: 'in-latin-1',
  renderChunk(code) {
    const text = new RolldownMagicString(code);
    for (const { 0: character, index } of code.matchAll(/[^\0-\xff]/gu)) {
      text.overwrite(index, index + character.length, toEscapes(character));
    }
    return { code: text.toString(), map: text.generateMap({ hires: 'boundary' }).toString() };
  },
};

function toEscapes(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

/**
 * The commit that is built, with `-dirty` if files were changed: BUILD_COMMIT, for builds without a repository, or
 * that of the repository. Undefined if neither is there.
 */
function findCommit(): string | undefined {
  const given = process.env['BUILD_COMMIT'];
  if (given) return given;
  const args = ['describe', '--always', '--dirty', '--abbrev=12', '--exclude=*'];
  const { status, stdout } = spawnSync('git', args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

const startedAt = new Date();
const commit = findCommit();

/** Replaces dist at the end, so that a service that runs beside a build never loads a part of it. */
const folder = `.build-${process.pid}`;
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

// Each entry, with the parts that it loads on demand in files of their own.
await build({
  input: Object.fromEntries(ENTRIES.map((name) => [name, `${name}.ts`])),
  platform: 'node',
  external: EXTERNAL,
  transform: { define: commit === undefined ? {} : { BUILD_COMMIT: JSON.stringify(commit) } },
  plugins: [onlyEnglish, shrink, inLatin1],
  output: {
    dir: folder,
    chunkFileNames: 'chunks/[name]-[hash].js',
    comments: false,
    keepNames: true,
    minify: false,
    sourcemap: true,
    sourcemapExcludeSources: true,
  },
});

// The elements that web pages of customers load, in one file without dependencies.
await build({
  input: 'web/component/main.ts',
  platform: 'browser',
  transform: { target: 'es2022' },
  output: { dir: `${folder}/component`, entryFileNames: 'waverify.js', minify: true },
});

// The pages. The path is relative to the root of vite.config.ts.
await buildPages({
  logLevel: 'warn',
  build: { outDir: `../${folder}/console`, emptyOutDir: true },
});

// scripts/ensure-build.mjs compares its time with that of the sources.
writeFileSync(`${folder}/.built`, '');
utimesSync(`${folder}/.built`, startedAt, startedAt);
replaceFolder('dist', folder);
