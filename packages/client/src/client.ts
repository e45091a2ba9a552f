import { WaverifyError } from './errors.ts';
import { readEvents } from './events.ts';
import { operations } from './generated/operations.ts';
import type { Input, Name, Result } from './operation-types.ts';
import { type Request, type RequestOptions, type Settings, sendRequest } from './request.ts';

type Operation = {
  readonly method: string;
  readonly path: string;
  /** The query parameters, by their names in the input. */
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: 'json' | 'bytes';
  readonly hasIdempotencyKey?: true;
  readonly result: 'json' | 'events' | 'response';
};

type Method<N extends Name> =
  Record<never, never> extends Input<N>
    ? (input?: Input<N>, options?: RequestOptions) => Promise<Result<N>>
    : (input: Input<N>, options?: RequestOptions) => Promise<Result<N>>;

/** One method for each operation of the API. The input has the fields of its path, query and body. */
export type Waverify = { readonly [N in Name]: Method<N> };

/**
 * Creates a client. Requests that failed in passing are sent again if that has no second effect: those that only read, and
 * those with an `Idempotency-Key`, which is drawn for you.
 * @throws {TypeError} if `baseUrl` is no URL.
 */
export function createWaverify(settings: Settings): Waverify {
  const base = new URL(settings.baseUrl);
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  const methods = Object.entries(operations).map(([name, operation]) => [
    name,
    (input: Values = {}, options: RequestOptions = {}) =>
      call({ settings, base, name, operation }, input, options),
  ]);
  return Object.freeze(Object.fromEntries(methods)) as Waverify;
}

type Values = Readonly<Record<string, unknown>>;

type Context = {
  readonly settings: Settings;
  readonly base: URL;
  readonly name: string;
  readonly operation: Operation;
};

async function call(context: Context, input: Values, options: RequestOptions): Promise<unknown> {
  const { settings, operation } = context;
  const { method, hasIdempotencyKey, result } = operation;
  const { url, body, contentType } = placeInput(context, input);
  const headers = {
    ...credentialOf(settings),
    ...(contentType !== undefined && { 'content-type': contentType }),
    ...(hasIdempotencyKey && { 'idempotency-key': options.idempotencyKey ?? crypto.randomUUID() }),
    ...options.headers,
  };
  const isRepeatable = method === 'GET' || hasIdempotencyKey === true;
  const isStream = result !== 'json';
  const request = { method, url, headers, body, isRepeatable, isStream };
  const response = await sendRequest(settings, request, options);
  if (result === 'response') return response;
  return result === 'events' ? readEvents(response) : unwrap(await readJson(response));
}

function credentialOf({ apiKey, accessToken }: Settings): Readonly<Record<string, string>> {
  if (apiKey !== undefined) return { 'x-api-key': apiKey };
  return accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` };
}

/** Puts each value of the input where the operation has it. @throws {TypeError} for one that is missing or unknown. */
function placeInput({ base, name, operation }: Context, input: Values) {
  const rest = new Map(Object.entries(input).filter(([, value]) => value !== undefined));
  const take = (key: string) => {
    const value = rest.get(key);
    rest.delete(key);
    return value;
  };
  const path = operation.path.slice(1).replaceAll(/\{(\w+)\}/g, (_, key: string) => {
    const value = take(key);
    if (value === undefined || value === '') throw new TypeError(`${name}: ${key} is missing`);
    // A URL would take them for steps to another path.
    if (value === '.' || value === '..')
      throw new TypeError(`${name}: ${key} must not be ${value}`);
    return encodeURIComponent(String(value));
  });
  const url = new URL(path, base);
  for (const [key, parameter] of Object.entries(operation.query ?? {})) {
    const value = take(key);
    if (value !== undefined) url.searchParams.set(parameter, String(value));
  }
  const { body, contentType } = toBody(operation, rest, take);
  const [unknown] = operation.body === 'json' ? [] : rest.keys();
  if (unknown !== undefined) throw new TypeError(`${name}: ${unknown} is not known`);
  return { url, body, contentType };
}

function toBody(
  operation: Operation,
  rest: ReadonlyMap<string, unknown>,
  take: (key: string) => unknown,
): { readonly body?: Request['body']; readonly contentType?: string } {
  if (operation.body === 'json') {
    return { body: JSON.stringify(Object.fromEntries(rest)), contentType: 'application/json' };
  }
  if (operation.body !== 'bytes') return {};
  return { body: take('body') as Request['body'], contentType: 'application/octet-stream' };
}

/** @throws {WaverifyError} if something else than Waverify has answered. */
async function readJson(response: Response): Promise<Values> {
  try {
    return (await response.json()) as Values;
  } catch (cause) {
    const message = 'The answer is not JSON: is this the address of Waverify?';
    throw new WaverifyError('unexpected_response', message, { status: response.status, cause });
  }
}

/** The data of an answer; with what stands beside it, if there is more. */
function unwrap(answer: Values): unknown {
  const { success: _, message: __, data, ...beside } = answer;
  return Object.keys(beside).length === 0 ? data : { data, ...beside };
}
