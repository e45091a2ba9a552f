import { createRequire } from 'node:module';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { expect, it } from 'vitest';

const require = createRequire(import.meta.url);
const { forbidden, options } = require('../.dependency-cruiser.cjs');

it('keeps every import inside the walls, and really looked', async () => {
  const { output } = await cruise(
    ['src', 'web', 'config', 'database', 'scripts'],
    { ...options, ruleSet: { forbidden }, validate: true },
    undefined,
    { tsConfig: extractTSConfig('tsconfig.json') },
  );
  const { modules, summary } = output as ICruiseResult;
  expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual(
    [],
  );
  // None would mean that the tool could not read TypeScript.
  const read = modules.filter(({ source }) => /^(src|config|database)\/.*[.]ts$/.test(source));
  expect(read.length).toBeGreaterThan(60);
  expect(read.flatMap(({ dependencies }) => dependencies).length).toBeGreaterThan(200);
});
