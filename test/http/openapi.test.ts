import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHarness, type Harness } from '../support/http/harness.ts';

type Json = Readonly<Record<string, unknown>>;

type Parameter = { name: string; in: string; required?: boolean; schema?: Json };

type Operation = {
  readonly method: string;
  readonly path: string;
  readonly operationId?: string;
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly security?: readonly Json[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Json };
  readonly responses: Readonly<
    Record<
      string,
      {
        description?: string;
        headers?: Json;
        content?: Record<string, { schema?: Json }>;
      }
    >
  >;
};

/** Routes for people and machines that are no part of the API. Other servers decide on the format of calls of hooks. */
const UNLISTED = /^\/((?!api\/|\.well-known\/)|api\/(docs|openapi\.json|callbacks|hooks\/[a-z]))/;

/** Routes that heed Idempotency-Key. */
const IDEMPOTENT = [
  '/api/otp/send',
  '/api/otp/resend',
  '/api/otp/next',
  '/api/otp/verify',
  '/api/messages/{sessionId}/otp',
  '/api/sessions/{id}/send-message',
];

/** Routes that answer in more than JSON, or in none. */
const OTHER_TYPES: Readonly<Record<string, readonly string[]>> = {
  '/api/sessions/{id}/qr': ['application/json', 'image/png', 'image/svg+xml', 'text/plain'],
  '/api/otp/inbound/{verificationId}/events': ['text/event-stream'],
  '/api/sessions/{id}/events': ['text/event-stream'],
  '/api/analytics/export': ['text/csv'],
  '/api/sessions/{id}/messages/{messageId}/media': ['application/octet-stream'],
};

/** Answers that only have header fields. */
const BARE = new Set(['304', '416']);

let h: Harness;
let document: Json;
let operations: Operation[];

beforeAll(async () => {
  h = await createHarness();
  document = JSON.parse((await h.client.get('/api/openapi.json')).raw);
  const paths = Object.entries(document['paths'] as Record<string, Json>);
  operations = paths.flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      ...(operation as Operation),
      method,
      path,
    })),
  );
});
afterAll(() => h.close());

const nameOf = ({ method, path }: Operation) => `${method} ${path}`;
const answersOf = ({ responses }: Operation) => Object.entries(responses);
const contentsOf = (operation: Operation) =>
  answersOf(operation).filter(([status]) => !BARE.has(status));
const isKeyed = ({ security }: Operation) => security?.length !== 0;

/** The operations that lack one of the answers they can give. */
const lacking = (candidates: readonly Operation[], ...statuses: string[]) =>
  candidates.flatMap((operation) =>
    statuses
      .filter((status) => operation.responses[status] === undefined)
      .map((status) => `${nameOf(operation)}: ${status}`),
  );

/** Every object in the document, wherever it stands. */
function nodesOf(value: unknown): Json[] {
  if (!(value instanceof Object)) return [];
  return [value as Json, ...Object.values(value).flatMap(nodesOf)];
}

/** A reference and a union are described where they lead to. */
function isDescribed(schema: Json): boolean {
  return ['description', '$ref', 'allOf', 'anyOf', 'oneOf'].some((keyword) => keyword in schema);
}

/** Follows `#/components/…`. */
function resolve(reference: string): unknown {
  return reference
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((at, name) => (at as Json | undefined)?.[name], document);
}

describe('the OpenAPI document', () => {
  it('has every route that the app answers, and no other', () => {
    const routes = h.app.routes
      .filter(({ method, path }) => method !== 'ALL' && !UNLISTED.test(path))
      .map(({ method, path }) => {
        const plain = path.replace(/(?<=.)\/$/, '').replaceAll(/:(\w+)/g, '{$1}');
        return `${method.toLowerCase()} ${plain}`;
      });
    expect(operations.map(nameOf).sort()).toEqual([...new Set(routes)].sort());
    expect(operations.length).toBeGreaterThan(8);
  });

  it('is what docs/openapi.json holds', () => {
    const file = readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8');
    expect(JSON.parse(file)).toEqual(document);
  });

  it('does not change with the settings of an installation, but for the length of a code', async () => {
    const other = await createHarness({ env: { OTP_LENGTH: '8', ALLOWED_REGIONS: 'ID' } });
    const { raw } = await other.client.get('/api/openapi.json');
    await other.close();
    expect(raw).toContain('8 digits');
    expect(JSON.stringify(document)).toContain('6 digits');
    const atSix = raw.replaceAll('8 digits', '6 digits').replaceAll('12345600', '123456');
    expect(JSON.parse(atSix)).toEqual(document);
  });
});

describe('the OpenAPI document as OpenAPI 3.1', () => {
  it('names its version, its title and who may call', () => {
    expect(document['openapi']).toMatch(/^3\.1\.\d+$/);
    expect(document['info']).toMatchObject({ title: 'Waverify', version: expect.any(String) });
    const schemes = resolve('#/components/securitySchemes') as Json;
    const used = nodesOf(document).flatMap(({ security }) =>
      Array.isArray(security) ? security.flatMap((one: Json) => Object.keys(one)) : [],
    );
    expect(used.length).toBeGreaterThan(0);
    for (const name of used) expect(schemes[name]).toBeDefined();
  });

  it('has no reference that leads nowhere', () => {
    const references = nodesOf(document).flatMap(({ $ref }) =>
      typeof $ref === 'string' ? [$ref] : [],
    );
    expect(references.length).toBeGreaterThan(5);
    expect(references.filter((one) => resolve(one) === undefined)).toEqual([]);
  });

  it('writes schemas in JSON Schema 2020-12, without what 3.0 had of its own', () => {
    for (const node of nodesOf(document)) {
      expect(node).not.toHaveProperty('nullable');
      for (const bound of ['exclusiveMinimum', 'exclusiveMaximum']) {
        if (bound in node) expect(typeof node[bound]).toBe('number');
      }
    }
  });

  it('describes every operation and every parameter of its path', () => {
    for (const operation of operations) {
      expect([nameOf(operation), typeof operation.summary]).toEqual([nameOf(operation), 'string']);
      const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = (operation.parameters ?? []).filter((one) => one.in === 'path');
      expect(declared.map(({ name }) => name).sort()).toEqual(inPath.sort());
      for (const { required, schema } of declared)
        expect([required, !!schema]).toEqual([true, true]);
    }
  });

  it('names every operation, each by a verb and a noun of its own', () => {
    const names = operations.map(({ operationId }) => operationId);
    expect(names.filter((name) => !/^[a-z]+([A-Z][a-z]*)+$/.test(name ?? ''))).toEqual([]);
    expect(new Set(names).size).toBe(operations.length);
  });

  it('groups every operation under a tag that it describes', () => {
    const tags = document['tags'] as readonly { name: string; description?: string }[];
    expect(tags.filter(({ description }) => !description)).toEqual([]);
    const names = tags.map(({ name }) => name);
    const used = new Set(operations.flatMap(({ tags = [] }) => tags));
    expect([...used].sort()).toEqual([...names].sort());
  });

  it('describes every schema, every field and every parameter', () => {
    const { schemas } = document['components'] as { schemas: Record<string, Json> };
    const silent = Object.keys(schemas).filter((name) => !schemas[name]?.['description']);
    const fields = nodesOf(document).flatMap(({ properties }) => Object.entries(properties ?? {}));
    // The data of the envelope is described by its fields.
    const mute = fields.filter(([name, field]) => name !== 'data' && !isDescribed(field));
    const parameters = operations.flatMap(({ parameters = [] }) => parameters);
    const unsaid = parameters.filter(({ schema = {} }) => !isDescribed(schema));
    expect([silent, mute, unsaid]).toEqual([[], [], []]);
  });

  it('names the error codes of every failure', () => {
    const failures = operations
      .flatMap(answersOf)
      .filter(([, { content = {} }]) => Object.keys(content).join() === 'application/problem+json');
    expect(failures.length).toBeGreaterThan(operations.length);
    for (const [, { description }] of failures) expect(description).toMatch(/^(- )?`[a-z_]+`: /);
  });

  it('names the headers of 401 and 429', () => {
    const headersOf = (status: string) =>
      new Set(
        operations.map(({ responses }) => Object.keys(responses[status]?.headers ?? {}).join()),
      );
    expect([...headersOf('401')].filter(Boolean)).toEqual(['WWW-Authenticate']);
    expect([...headersOf('429')].filter(Boolean)).toEqual([
      'Retry-After,RateLimit-Policy,RateLimit',
    ]);
  });

  it('describes every answer and what is in it', () => {
    for (const [status, { description, content = {} }] of operations.flatMap(answersOf)) {
      expect(status).toMatch(/^[2-5]\d\d$/);
      expect(description).toEqual(expect.any(String));
      expect(Object.values(content).filter(({ schema }) => schema === undefined)).toEqual([]);
    }
  });

  it('refuses unknown fields in every body that it describes', () => {
    const bodies = operations.flatMap(({ requestBody }) => requestBody ?? []);
    const withBody = operations.filter(({ method }) => ['post', 'put', 'patch'].includes(method));
    expect(bodies).toHaveLength(withBody.length);
    const ofJson = bodies.filter(
      ({ content }) => content['application/octet-stream'] === undefined,
    );
    // The files of messages.
    expect(ofJson).toHaveLength(bodies.length - 1);
    for (const { required, content } of ofJson) {
      const { schema } = content['application/json'] as { schema: Json };
      const body = typeof schema['$ref'] === 'string' ? resolve(schema['$ref']) : schema;
      expect(required).toBe(true);
      expect(body).toMatchObject({ type: 'object', additionalProperties: false });
    }
  });
});

describe('the answers in the OpenAPI document', () => {
  it('are problem details wherever they are a failure of the API', () => {
    // Health answers 503 in the shape of 200: what a probe reads is the same.
    const ours = operations.filter(({ path }) => !path.startsWith('/api/health'));
    for (const operation of ours) {
      const good = OTHER_TYPES[operation.path] ?? ['application/json'];
      for (const [status, { content = {} }] of contentsOf(operation)) {
        const types = status.startsWith('2') ? good : ['application/problem+json'];
        expect([nameOf(operation), status, Object.keys(content)]).toEqual([
          nameOf(operation),
          status,
          types,
        ]);
      }
    }
  });

  it('include 401 wherever a key is needed', () => {
    expect(lacking(operations.filter(isKeyed), '401')).toEqual([]);
  });

  it('include 400, 413 and 415 wherever there is a body', () => {
    const withBody = operations.filter(({ requestBody }) => requestBody);
    expect(lacking(withBody, '400', '413', '415')).toEqual([]);
  });

  it('include 409 and 422, and the header itself, wherever Idempotency-Key is heeded', () => {
    const heeding = operations.filter(({ path }) => IDEMPOTENT.includes(path));
    expect(heeding).toHaveLength(IDEMPOTENT.length);
    expect(lacking(heeding, '409', '422')).toEqual([]);
    const silent = heeding.filter(
      ({ parameters = [] }) =>
        !parameters.some((one) => one.in === 'header' && /^idempotency-key$/i.test(one.name)),
    );
    expect(silent.map(nameOf)).toEqual([]);
  });
});
