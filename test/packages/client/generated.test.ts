import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { toClientFiles } from '../../../scripts/openapi/client-files.ts';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

it('the client is made from the OpenAPI document as it is now', async () => {
  const files = await toClientFiles(JSON.parse(read('docs/openapi.json')));
  for (const [name, text] of Object.entries(files)) {
    expect(read(`packages/client/src/generated/${name}`)).toBe(text);
  }
});
