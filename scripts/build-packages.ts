import { spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'rolldown';

/** The packages for applications, and what stays outside their bundles. */
const PACKAGES: Readonly<Record<string, readonly RegExp[]>> = {
  client: [],
  'better-auth': [/^@waverify\/client$/, /^better-auth(\/|$)/],
};

/** What the bundle of the client contains, whose licences go with it. */
const BUNDLED = [
  ...['eventsource-parser', 'p-retry', 'is-network-error'],
  ...['standardwebhooks', '@stablelib/base64', 'fast-sha256'],
];

const require = createRequire(import.meta.url);
const TSC = require.resolve('typescript/bin/tsc');

/** Builds packages/client and packages/better-auth into their dist folders, which `npm pack` takes. */
for (const [name, external] of Object.entries(PACKAGES)) {
  const folder = join('packages', name);
  await build({
    input: join(folder, 'src/index.ts'),
    platform: 'neutral',
    external: [...external],
    resolve: { mainFields: ['module', 'main'], conditionNames: ['import'] },
    output: { file: join(folder, 'dist/index.js'), format: 'esm', minify: false, cleanDir: true },
  });
  const { status } = spawnSync(process.execPath, [TSC, '-p', folder], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`${folder} has errors`);
  copyFileSync('LICENSE', join(folder, 'dist/LICENSE'));
}
writeFileSync('packages/client/dist/THIRD-PARTY-LICENSES', BUNDLED.map(readLicence).join('\n'));

function readLicence(name: string): string {
  const folder = join('node_modules', name);
  const { license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  const text = file ? readFileSync(join(folder, file), 'utf8') : '';
  return `${name} (${license})\n\n${text}`;
}
