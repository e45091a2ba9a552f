import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isNewer, moveUnreleased, moveVersion } from '../../scripts/release/changelog.ts';
import { VERSION } from '../../src/lib/version.ts';

const CHANGELOG = `# Changelog

## Unreleased

### Added

- Something new.

## 0.1.0 - 2026-11-01

- The first one.
`;

it('moves what is unreleased to the section of the version, and keeps the rest', () => {
  const moved = moveUnreleased(CHANGELOG, '0.2.0', '2026-12-01');
  expect(moved).toContain(
    '## Unreleased\n\n## 0.2.0 - 2026-12-01\n\n### Added\n\n- Something new.\n\n## 0.1.0 - 2026-11-01',
  );
  expect(() => moveUnreleased(moved, '0.3.0', '2026-12-02')).toThrow('Nothing is listed');
});

it('refuses a version that has a section, and a file without "Unreleased"', () => {
  expect(() => moveUnreleased(CHANGELOG, '0.1.0', '2026-12-01')).toThrow('already');
  expect(() => moveUnreleased('# Changelog\n', '0.2.0', '2026-12-01')).toThrow('no section');
});

it('sets the version in commands and settings that are copied', () => {
  const text = 'VERSION=0.1.0 waverify-0.1.0.tgz waverify:0.1.0 10.1.0 127.0.1.0';
  const moved = 'VERSION=0.2.0 waverify-0.2.0.tgz waverify:0.2.0 10.1.0 127.0.1.0';
  expect(moveVersion(text, '0.1.0', '0.2.0')).toBe(moved);
});

it.each([
  ['0.2.0', '0.1.9', true],
  ['0.10.0', '0.9.0', true],
  ['0.1.0', '0.1.0', false],
  ['0.0.9', '0.1.0', false],
  ['1.0', '0.1.0', false],
  ['v1.0.0', '0.1.0', false],
])('says whether %s comes after %s: %s', (next, current, expected) => {
  expect(isNewer(next, current)).toBe(expected);
});

it('can release this repository: each file has the version, and the changelog its section', () => {
  const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
  const lock = read('package-lock.json');
  expect([
    ...[read('package.json').version, lock.version, lock.packages[''].version],
    read('docs/openapi.json').info.version,
  ]).toEqual(Array(4).fill(VERSION));
  expect(readFileSync('CHANGELOG.md', 'utf8')).toMatch(/^## Unreleased$/m);
  for (const path of ['docs/deploy.md', 'deploy/kubernetes/waverify.yaml']) {
    const text = readFileSync(path, 'utf8');
    const copied = [...text.matchAll(/(?:VERSION=|waverify-|waverify:)(\d+\.\d+\.\d+)/g)];
    expect(new Set(copied.map(([, version]) => version))).toEqual(new Set([VERSION]));
  }
});

it('packs the build and what runs it, and no sources, secrets or databases', () => {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const [{ files }] = JSON.parse(execFileSync('npm', args, { encoding: 'utf8', stdio: 'pipe' }));
  const paths: readonly string[] = files.map(({ path }: { readonly path: string }) => path);
  expect(paths).toEqual(
    expect.arrayContaining([
      ...['dist/src/waverify.js', 'dist/console/index.html', 'scripts/waverify.mjs'],
      ...['deploy/systemd/waverify@.service', 'deploy/systemd/waverify', 'docs/deploy.md'],
      '.env.example',
    ]),
  );
  const unwanted = /^(src|test|config|database|web)\/|\.ts$|secrets\.json|\.env$|\.db/;
  expect(paths.filter((path) => unwanted.test(path))).toEqual([]);
});
