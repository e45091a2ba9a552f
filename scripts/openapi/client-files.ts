import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';

const HEAD = '// Made by `npm run openapi` from docs/openapi.json. Do not edit.\n\n';

type Schema = {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
};
type Content = Readonly<Record<string, { readonly schema?: Schema }>>;
type Parameter = { readonly in: string; readonly name: string };
type Operation = {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
};
type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};

/** The generated files of packages/client: the types of all operations, and how each of them is called. */
export async function toClientFiles(document: object): Promise<Readonly<Record<string, string>>> {
  // The generator changes what it reads.
  const typed = structuredClone(document) as Document;
  const types = astToString(
    await openapiTS(withoutFailures(typed) as unknown as OpenAPI3, {
      immutable: true,
      // A field with a default may be left out.
      defaultNonNullable: false,
    }),
  );
  return { 'api.ts': HEAD + types, 'operations.ts': HEAD + toTable(typed) };
}

/** Leaves out headers, and failures: the client throws them all as one error. */
function withoutFailures(document: Document): Document {
  const paths = mapOperations(document, (operation) => ({
    ...operation,
    responses: Object.fromEntries(
      Object.entries(operation.responses)
        .filter(([status]) => status < '300')
        .map(([status, { content }]) => [status, { ...(content && { content }) }]),
    ),
  }));
  return { ...document, paths };
}

function mapOperations(
  { paths }: Document,
  change: (operation: Operation) => Operation,
): Document['paths'] {
  return Object.fromEntries(
    Object.entries(paths).map(([path, methods]) => [
      path,
      Object.fromEntries(
        Object.entries(methods).map(([method, operation]) => [method, change(operation)]),
      ),
    ]),
  );
}

function toTable(document: Document): string {
  const lines = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) =>
      toLine(document, { path, method: method.toUpperCase(), operation }),
    ),
  );
  return `export const operations = {\n${lines.join('\n')}\n} as const;\n`;
}

type Named = { readonly path: string; readonly method: string; readonly operation: Operation };

function toLine(document: Document, { path, method, operation }: Named): string {
  const { operationId, parameters = [], requestBody, responses } = operation;
  const isKeyed = parameters.some(({ name }) => name.toLowerCase() === 'idempotency-key');
  const types = Object.keys(Object.values(responses)[0]?.content ?? {});
  const ofBody = Object.keys(requestBody?.content ?? {});
  const fields = namesOf(document, requestBody?.content['application/json']?.schema ?? {});
  const query = parameters.filter((one) => one.in === 'query').map(({ name }) => name);
  const inPath = parameters.filter((one) => one.in === 'path').map(({ name }) => name);
  const twice = inPath.filter((name) => fields.has(name) || query.includes(name));
  if (twice.length > 0) throw new Error(`${operationId}: ${twice} is in the path and elsewhere`);
  const parts = [
    `method: '${method}'`,
    `path: '${path}'`,
    ...(query.length > 0
      ? [`query: {${query.map((name) => ` ${inputName(name, fields)}: '${name}'`)} }`]
      : []),
    ...(ofBody.length > 0
      ? [`body: '${ofBody.includes('application/json') ? 'json' : 'bytes'}'`]
      : []),
    ...(isKeyed ? ['hasIdempotencyKey: true'] : []),
    `result: '${resultOf(types)}'`,
  ];
  return `  ${operationId}: { ${parts.join(', ')} },`;
}

/** A query parameter has another name in the input of the client if the body has a field of its name. */
function inputName(name: string, fields: ReadonlySet<string>): string {
  return fields.has(name) ? `${name}Query` : name;
}

function resultOf(types: readonly string[]): string {
  if (types.length === 1 && types[0] === 'application/json') return 'json';
  return types.includes('text/event-stream') ? 'events' : 'response';
}

/** The names of the fields of a schema, with those of the schemas that it is made of. */
function namesOf(document: Document, schema: Schema): ReadonlySet<string> {
  const { $ref, properties = {}, allOf = [], anyOf = [], oneOf = [] } = schema;
  const named = $ref && document.components.schemas[$ref.split('/').at(-1) ?? ''];
  const parts = [...allOf, ...anyOf, ...oneOf, ...(named ? [named] : [])];
  const nested = parts.flatMap((part) => [...namesOf(document, part)]);
  return new Set([...Object.keys(properties), ...nested]);
}
