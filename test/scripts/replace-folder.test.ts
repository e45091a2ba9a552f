import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { replaceFolder } from '../../scripts/replace-folder.ts';

const NAMES = ['a', 'b', 'c'];

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'waverify-replace-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(name: string, content: string): string {
  const folder = join(root, name);
  mkdirSync(folder);
  for (const file of NAMES) writeFileSync(join(folder, file), content);
  return folder;
}

const read = () => NAMES.map((file) => readFileSync(join(root, 'dist', file), 'utf8'));

it('puts a folder where there is none, and in the place of another one', () => {
  const dist = join(root, 'dist');
  replaceFolder(dist, write('next', '1'));
  expect(read()).toEqual(['1', '1', '1']);
  writeFileSync(join(dist, 'only-in-the-old-one'), '');
  replaceFolder(dist, write('next', '2'));
  expect(read()).toEqual(['2', '2', '2']);
  expect(readdirSync(root)).toEqual(['dist']);
  expect(readdirSync(dist)).toEqual(NAMES);
});

/** Replaces the folder 100 times, each time with files of its own content. */
const REPLACER = `
const [module, root, own] = process.argv.slice(1);
const { mkdirSync, writeFileSync } = await import('node:fs');
const { replaceFolder } = await import(module);
for (let round = 0; round < 100; round += 1) {
  const next = root + '/next-' + own;
  mkdirSync(next);
  for (const file of ${JSON.stringify(NAMES)}) writeFileSync(next + '/' + file, own + ' ' + round);
  replaceFolder(root + '/dist', next);
}`;

it('leaves one whole folder when several processes replace it at once', async () => {
  const module = pathToFileURL('scripts/replace-folder.ts').href;
  const children = ['x', 'y', 'z'].map((own) =>
    spawn(
      process.execPath,
      ['--import=tsx', '--input-type=module', '--eval', REPLACER, module, root, own],
      { stdio: 'inherit' },
    ),
  );
  const codes = await Promise.all(children.map((child) => once(child, 'exit')));
  expect(codes.map(([code]) => code)).toEqual([0, 0, 0]);
  expect(readdirSync(root)).toEqual(['dist']);
  expect(new Set(read()).size).toBe(1);
});
