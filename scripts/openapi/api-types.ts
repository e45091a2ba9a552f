import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';

const HEAD = '// Made by `npm run openapi` from docs/openapi.json. Do not edit.\n\n';

/** What the generator writes for parts of a document that are left out. */
const EMPTY_PARTS = /^export type .* = Record<string, never>;\n/gm;

/** The schemas of an OpenAPI document as types, for the pages: `components['schemas']['Session']`. */
export async function toApiTypes(document: object): Promise<string> {
  // The generator changes what it reads.
  const schemasOnly = { ...structuredClone(document), paths: {} } as OpenAPI3;
  const types = astToString(await openapiTS(schemasOnly, { immutable: true }));
  return HEAD + types.replaceAll(EMPTY_PARTS, '');
}
