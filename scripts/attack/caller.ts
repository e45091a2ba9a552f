import { Pool } from 'undici';

/** How long a caller waits for a response. */
const LONGEST_CALL_MS = 20_000;

export type Request = {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly key?: string;
  readonly token?: string;
  /** The address that the proxy saw. */
  readonly from?: string;
  readonly body?: Readonly<Record<string, unknown>>;
};

export type Answer = {
  readonly status: number;
  /** The error code, `no_answer` if there was no response, or the status. */
  readonly code: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | undefined;
};

export type Caller = ReturnType<typeof createCaller>;

/** Calls a server over at most `connections` kept-alive connections. */
export function createCaller(origin: string, connections: number) {
  const pool = new Pool(origin, {
    connections,
    headersTimeout: LONGEST_CALL_MS,
    bodyTimeout: LONGEST_CALL_MS,
  });

  async function call(request: Request): Promise<Answer> {
    const { method = 'POST', path, body } = request;
    try {
      const response = await pool.request({
        method,
        path,
        headers: toHeaders(request),
        ...(body && { body: JSON.stringify(body) }),
      });
      const text = await response.body.text();
      return toAnswer(response.statusCode, response.headers['retry-after'], text);
    } catch {
      return { status: 0, code: 'no_answer', data: {}, retryAfterSeconds: undefined };
    }
  }

  return { call, close: () => pool.destroy() };
}

function toHeaders({ key, token, from, body }: Request): Record<string, string> {
  return {
    ...(body && { 'content-type': 'application/json' }),
    ...(key !== undefined && { 'x-api-key': key }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(from !== undefined && { 'x-forwarded-for': from }),
  };
}

function toAnswer(status: number, retryAfter: unknown, text: string): Answer {
  const { code, data } = readJson(text);
  return {
    status,
    code: typeof code === 'string' ? code : String(status),
    data: (data ?? {}) as Answer['data'],
    retryAfterSeconds: retryAfter === undefined ? undefined : Number(retryAfter),
  };
}

function readJson(text: string): { readonly code?: unknown; readonly data?: unknown } {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
