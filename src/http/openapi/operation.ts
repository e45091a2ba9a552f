import { createRoute, type RouteConfig, z } from '@hono/zod-openapi';
import type { ErrorCode } from '../../domain/errors.ts';
import type { IdempotencyService } from '../../services/operations/idempotency-service.ts';
import { nullAsAbsent, withoutNulls } from '../api/schemas/null-as-absent.ts';
import { idempotent } from '../middleware/idempotent.ts';
import { replayedHeader } from './headers.ts';
import type { Tag } from './openapi-info.ts';
import { type ProblemNotes, toProblemResponses } from './problem.ts';

/** A response in the document: its description, headers and content. */
type Answer = Exclude<RouteConfig['responses'][string], { $ref: string }>;
type Answers = { [status: number]: Answer };

/** The empty element of an intersection of objects. */
type Nothing = Record<never, never>;

/** Everything that a client may rely on and that is specific to a route. */
type Spec = ProblemNotes & {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Relative to the path at which the router is mounted. */
  readonly path: string;
  /** The name of the function in generated clients: a verb and a noun. It must never change. */
  readonly operationId: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  readonly params?: z.ZodType;
  /** Without it, no query parameter is accepted. `any` ignores all parameters. */
  readonly query?: z.ZodType | 'any';
  readonly body?: z.ZodType;
  /** Whether the body is a file, which the handler reads. */
  readonly takesFile?: true;
  /** An example of the body. */
  readonly bodyExample?: unknown;
  /** Makes the route support `Idempotency-Key`. */
  readonly idempotency?: IdempotencyService;
  /** Other header fields of the request. */
  readonly headers?: z.ZodObject;
  readonly answers: Answers;
  /** The error codes of this route, in addition to those of all routes. */
  readonly fails?: readonly ErrorCode[];
  /** Whether anyone may call it, without credentials or a limit. */
  readonly isPublic?: true;
  readonly deprecated?: true;
};

/** All routes reject repeated query parameters. */
const OF_EVERY: readonly ErrorCode[] = ['validation_failed'];
const OF_KEYED: readonly ErrorCode[] = [
  'unauthorized',
  'forbidden',
  'password_change_required',
  'rate_limited',
  'internal_error',
  'database_unavailable',
  'overloaded',
];
const OF_BODY: readonly ErrorCode[] = [
  'invalid_json',
  'unsupported_media_type',
  'payload_too_large',
];
const OF_FILE: readonly ErrorCode[] = ['unsupported_media_type', 'payload_too_large'];
const OF_IDEMPOTENT: readonly ErrorCode[] = ['request_in_progress', 'idempotency_key_reused'];

/** The successes of routes that support `Idempotency-Key`. */
const REPLAYED = [200, 202];

const NoQuery = z.strictObject({});

/** Only for the document: the middleware checks the header. The lengths include quotes. */
const IdempotencyHeaders = z.object({
  'idempotency-key': z.string().optional().openapi({
    description:
      'Makes it safe to repeat the request: the same key and body get the first response, which is kept for 24 hours',
    example: '5f0c1c9e-8a3b-4a52-9d0e-2f6f5f1f7c11',
    minLength: 1,
    maxLength: 257,
  }),
});

type Part<S, Name extends string> =
  S extends Readonly<Record<Name, infer P extends z.ZodType>> ? Record<Name, P> : Nothing;
type QueryOf<S> = S extends { readonly query: 'any' }
  ? Nothing
  : S extends { readonly query: infer Q extends z.ZodType }
    ? { query: Q }
    : { query: typeof NoQuery };
type BodyOf<S> = S extends { readonly body: infer B extends z.ZodType }
  ? { body: ReturnType<typeof toBody<B>> }
  : Nothing;

/** The type that handlers are checked against. They only return successes, because failures are thrown. */
type Route<S extends Spec> = {
  method: S['method'];
  path: S['path'];
  request: Part<S, 'params'> & QueryOf<S> & BodyOf<S>;
  responses: S['answers'];
};

/**
 * Creates a route for the router and the document. The statuses, descriptions and headers of failures
 * derive from the error codes. The failures of all routes are added.
 */
export function operation<const S extends Spec>(spec: S): Route<S> {
  const { method, path, operationId, tag, summary, description, deprecated } = spec;
  const { params, query = NoQuery, body, bodyExample, idempotency } = spec;
  const headers = toHeaders(spec);
  const normalise = (given: unknown) => (body ? withoutNulls(body, given) : given);
  const route = createRoute({
    ...{ method, path, operationId, tags: [tag], summary },
    ...(description !== undefined && { description }),
    ...(deprecated && { deprecated }),
    ...(idempotency && { middleware: [idempotent(idempotency, normalise)] }),
    request: {
      ...(params && { params: params as z.ZodObject }),
      ...(query !== 'any' && { query: query as z.ZodObject }),
      ...(body && { body: toBody(body, bodyExample) }),
      ...(spec.takesFile && { body: toFileBody() }),
      ...(headers && { headers }),
    },
    responses: toResponses(spec),
  });
  return route as unknown as Route<S>;
}

function toHeaders({ idempotency, headers }: Spec): z.ZodObject | undefined {
  if (!idempotency) return headers;
  return headers ? IdempotencyHeaders.extend(headers.shape) : IdempotencyHeaders;
}

/** Only for the document: without a schema of zod, nothing is validated. */
function toFileBody() {
  const file = { type: 'string' as const, format: 'binary', description: 'The file' };
  const form = { type: 'object' as const, required: ['file'], properties: { file } };
  return {
    required: true,
    description: 'The file',
    content: {
      'application/octet-stream': { schema: file },
      'multipart/form-data': { schema: form },
    },
  };
}

/** An optional field that is `null` counts as missing. */
function toBody<T extends z.ZodType>(schema: T, example?: unknown) {
  const media = { schema: nullAsAbsent(schema), ...(example !== undefined && { example }) };
  return { required: true, content: { 'application/json': media } };
}

/** Combines the responses of a route and its failures. A status that has both keeps both contents. */
function toResponses(spec: Spec): Answers {
  const responses: Answers = { ...spec.answers };
  for (const [status, problem] of toProblemResponses(codesOf(spec), spec)) {
    const own = responses[status];
    responses[status] = own
      ? { ...problem, ...own, content: { ...own.content, ...problem.content } }
      : problem;
  }
  for (const status of spec.idempotency ? REPLAYED : []) {
    const success = responses[status];
    if (success) {
      responses[status] = { ...success, headers: { ...success.headers, ...replayedHeader } };
    }
  }
  return responses;
}

function codesOf({ fails = [], isPublic, body, takesFile, idempotency }: Spec): ErrorCode[] {
  return [
    ...fails,
    ...OF_EVERY,
    ...(isPublic ? [] : OF_KEYED),
    ...(body ? OF_BODY : []),
    ...(takesFile ? OF_FILE : []),
    ...(idempotency ? OF_IDEMPOTENT : []),
  ];
}
