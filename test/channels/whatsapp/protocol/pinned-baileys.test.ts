import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const NAME = '@whiskeysockets/baileys';
const VERSION = '7.0.0-rc14';

/** Of the package that was looked through; whoever raises the version looks through the new one. */
const INTEGRITY =
  'sha512-WK+X8ju8TPGxvWIsP8hrY6JB6FltYuFe+vsqKfjOYX25JObij9qLf2c3ZGdl1Q+vhFwbnT+AZmWAB5pTvzmSiQ==';

/** What may have WhatsApp in its name. Lookalikes have stolen whole accounts (lotusbail, 2025). */
const KNOWN = [NAME, 'whatsapp-rust-bridge'];
const LOOKS_ALIKE = /ba[il]+eys|lotusbail|whats-?app|wa-?web|wasocket/i;

type Locked = {
  readonly name?: string;
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
};

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const lock: { packages: Record<string, Locked> } = JSON.parse(
  readFileSync('package-lock.json', 'utf8'),
);

/** The name that a package was published under, whatever folder it is put in. */
const packages = Object.entries(lock.packages)
  .filter(([path]) => path !== '')
  .map(([path, entry]) => ({
    ...entry,
    path,
    folder: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
  }));

describe('the library that speaks to WhatsApp', () => {
  it('is the one version that was looked through', () => {
    const fromSource = createRequire(resolve('src/channels/whatsapp/protocol/baileys.ts'));
    const installed = JSON.parse(readFileSync(fromSource.resolve(`${NAME}/package.json`), 'utf8'));
    expect([installed.name, installed.version]).toEqual([NAME, VERSION]);
    expect(manifest.dependencies[NAME]).toBe(VERSION);
  });

  it('is in the lockfile once, with its hash', () => {
    const found = packages.filter(({ folder, name }) => [folder, name].includes(NAME));
    expect(found).toMatchObject([
      { path: `node_modules/${NAME}`, version: VERSION, integrity: INTEGRITY },
    ]);
    expect(found[0]?.name).toBeUndefined();
    expect(found[0]?.resolved ?? 'https:').toMatch(/^https:/);
  });

  it('has no lookalike beside it', () => {
    const names = packages.flatMap(({ folder, name }) => [folder, ...(name ? [name] : [])]);
    expect(names).toEqual(expect.arrayContaining(KNOWN));
    expect(names.filter((name) => LOOKS_ALIKE.test(name) && !KNOWN.includes(name))).toEqual([]);
  });

  it('is imported by one file, under no other name', () => {
    const folder = 'src';
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    const imports = files.flatMap((name) =>
      [
        ...readFileSync(`${folder}/${name}`, 'utf8').matchAll(
          /(?:from|import) *\(? *'([^.'][^']*)'/g,
        ),
      ]
        .map(([, specifier = '']) => specifier)
        .filter((specifier) => LOOKS_ALIKE.test(specifier))
        .map((specifier) => `${name}: ${specifier}`),
    );
    const file = 'channels/whatsapp/protocol/baileys.ts';
    // The second one is a part that the package does not export by its name.
    expect(imports).toEqual([`${file}: ${NAME}`, `${file}: ${NAME}/lib/Socket/groups.js`]);
  });
});

it('the library that encrypts comes from the registry, in its sixth version, once', () => {
  const found = packages.filter(({ folder, name }) => [folder, name].includes('libsignal'));
  expect(found).toHaveLength(1);
  const [libsignal] = found;
  expect(libsignal?.version).toMatch(/^6\.\d+\.\d+$/);
  expect(libsignal?.integrity).toMatch(/^sha512-/);
  expect(libsignal?.resolved ?? 'https:').toMatch(/^https:/);
  expect(JSON.stringify(manifest.overrides ?? {})).not.toMatch(LOOKS_ALIKE);
});
