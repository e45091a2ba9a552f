import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isFull } from '../support/full-run.ts';
import { API_KEY } from '../support/http/client.ts';
import { createHarness, type Harness } from '../support/http/harness.ts';

const run = promisify(execFile);

let h: Harness;
let folder: string;
beforeAll(async () => {
  [h, folder] = await Promise.all([createHarness(), mkdtemp(join(tmpdir(), 'client-pack-'))]);
});
afterAll(async () => {
  await h.close();
  await rm(folder, { recursive: true });
});

/** The examples of a README in a language. */
function readExamples(path: string, language: string): readonly string[] {
  const blocks = readFileSync(path, 'utf8').matchAll(/```(\w+)\n(.*?)```/gs);
  return [...blocks].flatMap(([, name, code = '']) => (name === language ? [code] : []));
}

/** Packs a package into the folder. */
async function pack(name: string): Promise<string> {
  const packed = await run('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: join('packages', name),
  });
  const [{ filename, files }] = JSON.parse(packed.stdout) as [
    { readonly filename: string; readonly files: readonly { readonly path: string }[] },
  ];
  const paths = files.map(({ path }) => path);
  expect(paths).toContain('dist/index.js');
  expect(paths).toContain('dist/index.d.ts');
  expect(paths.filter((path) => path.startsWith('src/'))).toEqual([]);
  return `./${filename}`;
}

async function install(...packages: readonly string[]): Promise<void> {
  // better-auth, which an application has, is linked instead.
  const options = ['--offline', '--legacy-peer-deps', '--no-audit', '--no-fund'];
  await run('npm', ['install', ...options, ...packages], { cwd: folder });
}

/** Compiles programs in the folder with the settings of a strict application. @throws {Error} with its faults. */
async function compile(options: readonly string[], ...files: readonly string[]): Promise<void> {
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess'];
  const target = ['--target', 'es2023', '--module', 'nodenext', '--noEmit'];
  await run(resolve('node_modules/.bin/tsc'), [...strict, ...target, ...options, ...files], {
    cwd: folder,
  }).catch(({ stdout }: { readonly stdout: string }) => {
    throw new Error(stdout);
  });
}

/** They compile and install, which takes minutes on a slow machine. */
const timeout = 600_000;

describe.runIf(isFull)(
  'the packages, packed and installed in an empty folder,',
  { timeout },
  () => {
    beforeAll(async () => {
      await run('npm', ['run', 'build:packages']);
      await writeFile(join(folder, 'package.json'), '{"private":true,"type":"module"}');
    }, timeout);

    it('run the example in the README of the client', async () => {
      await install(await pack('client'));
      const [source = ''] = readExamples('packages/client/README.md', 'js');
      await writeFile(join(folder, 'example.mjs'), source);
      const example = await run(process.execPath, ['example.mjs'], {
        cwd: folder,
        env: { PATH: process.env['PATH'], WAVERIFY_URL: h.url, WAVERIFY_API_KEY: API_KEY },
      });
      expect(example.stdout).toMatch(/^(wrong code, 2 attempts left|verified)\n$/);

      // Its types are whole: a program that uses them compiles without anything else.
      await writeFile(
        join(folder, 'use.ts'),
        `import { createWaverify } from '@waverify/client';
     const { verificationId } = await createWaverify({ baseUrl: 'http://x' }).sendCode({ phoneNumber: '+62' });
     const text: string = verificationId;
     // @ts-expect-error a field that the operation does not have
     createWaverify({ baseUrl: text }).sendCode({ phone: '+62' });`,
      );
      await compile(['--lib', 'es2023,dom'], 'use.ts');
    });

    it('compile the examples of both READMEs in a strict application', async () => {
      await install(await pack('client'), await pack('better-auth'));
      await mkdir(join(folder, 'node_modules/@types'), { recursive: true });
      for (const name of ['better-auth', '@types/node']) {
        await symlink(resolve('node_modules', name), join(folder, 'node_modules', name));
      }
      const [client = ''] = readExamples('packages/client/README.md', 'js');
      const plugins = readExamples('packages/better-auth/README.md', 'ts');
      expect(plugins).toHaveLength(2);
      const files = await Promise.all(
        [client, ...plugins].map(async (source, index) => {
          await writeFile(join(folder, `readme-${index}.ts`), source);
          return `readme-${index}.ts`;
        }),
      );
      // The declarations of better-auth need those of databases.
      await compile(['--types', 'node', '--skipLibCheck'], ...files);
      const loaded = await run(
        process.execPath,
        ['--input-type=module', '-e', 'console.log(await import("@waverify/better-auth"))'],
        { cwd: folder },
      );
      expect(loaded.stdout).toContain('waverifyPhoneNumber');
    });
  },
);
