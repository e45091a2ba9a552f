import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
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

/** The first example of a README. */
function readExample(path: string): string {
  const [, code = ''] = /```js\n(.*?)```/s.exec(readFileSync(path, 'utf8')) ?? [];
  return code;
}

// It compiles and installs, which takes longer than all other tests of the packages.
it.runIf(isFull)(
  'the client is packed, installs in an empty folder, and the example of its README runs',
  async () => {
    await run('npm', ['run', 'build:packages']);
    const packed = await run('npm', ['pack', '--json', '--pack-destination', folder], {
      cwd: 'packages/client',
    });
    const [{ filename, files }] = JSON.parse(packed.stdout) as [
      { readonly filename: string; readonly files: readonly { readonly path: string }[] },
    ];
    const paths = files.map(({ path }) => path);
    expect(paths).toContain('dist/index.js');
    expect(paths).toContain('dist/index.d.ts');
    expect(paths.filter((path) => path.startsWith('src/'))).toEqual([]);

    await writeFile(join(folder, 'package.json'), '{"private":true,"type":"module"}');
    await run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${filename}`], {
      cwd: folder,
    });
    await writeFile(join(folder, 'example.mjs'), readExample('packages/client/README.md'));
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
    const options = ['--strict', '--noEmit', '--target', 'es2023', '--module', 'nodenext'];
    await run(resolve('node_modules/.bin/tsc'), [...options, '--lib', 'es2023,dom', 'use.ts'], {
      cwd: folder,
    });
  },
);
