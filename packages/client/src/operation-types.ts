import type { ServerEvent } from './events.ts';
import type { operations as Operations } from './generated/api.ts';
import type { operations as table } from './generated/operations.ts';

type Table = typeof table;

/** The name of an operation of the API, such as `sendCode`. */
export type Name = keyof Table & keyof Operations;

type Of<N extends Name> = Operations[N];
type Empty = Record<never, never>;

type OrEmpty<T> = [T] extends [never] ? Empty : T;

type PathOf<O> = O extends { parameters: { path?: infer P } } ? OrEmpty<NonNullable<P>> : Empty;
type QueryOf<O> = O extends { parameters: { query?: infer Q } } ? OrEmpty<NonNullable<Q>> : Empty;
type JsonBodyOf<O> = O extends { requestBody?: { content: infer C } }
  ? C extends { 'application/json': infer B }
    ? B
    : Empty
  : Empty;

/** The query, in which a parameter is called `nameQuery` if the body has a field `name`. */
type RenamedQuery<Q, B> = {
  [K in keyof Q as K extends string ? (K extends keyof B ? `${K}Query` : K) : never]: Q[K];
};

type BodyOf<N extends Name> = Table[N] extends { body: 'bytes' }
  ? { readonly body: Blob | ArrayBuffer | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> }
  : JsonBodyOf<Of<N>>;

/** What an operation asks for: the fields of its path, its query and its body. */
export type Input<N extends Name> = PathOf<Of<N>> &
  RenamedQuery<QueryOf<Of<N>>, JsonBodyOf<Of<N>>> &
  BodyOf<N>;

type JsonOf<O> = O extends { responses: infer R }
  ? R[keyof R] extends infer Answer
    ? Answer extends { content: { 'application/json': infer J } }
      ? J
      : never
    : never
  : never;

type Unwrapped<J> = J extends { data: infer D }
  ? Exclude<keyof J, 'success' | 'message' | 'data'> extends never
    ? D
    : Omit<J, 'success' | 'message'>
  : unknown;

/** What an operation returns: the `data` of its answer, with what stands beside it, or a stream. */
export type Result<N extends Name> = Table[N] extends { result: 'json' }
  ? Unwrapped<JsonOf<Of<N>>>
  : Table[N] extends { result: 'events' }
    ? AsyncIterable<ServerEvent>
    : Response;
