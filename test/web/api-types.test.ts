import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { toApiTypes } from '../../scripts/openapi/api-types.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

it('the types of the pages are made from the OpenAPI document as it is now', async () => {
  const types = await toApiTypes(JSON.parse(read('docs/openapi.json')));
  expect(read('web/lib/api-types.ts')).toBe(types);
});
