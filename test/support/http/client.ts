import { Agent, type IncomingMessage, request as send } from 'node:http';
import { text } from 'node:stream/consumers';
import { assertDocumented } from './documented.ts';

export const API_KEY = 'test-key-0123456789abcdef0123456789abcdef';

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Body;
  readonly raw: string;
};

/** What answers hold, as far as tests look at it. */
type Body = {
  readonly success?: boolean;
  readonly message?: string;
  readonly code?: string;
  readonly type?: string;
  readonly requestId?: string;
  readonly attemptsLeft?: number;
  readonly retryAfter?: number;
  readonly errors?: readonly { path: string; message: string; code: string }[];
  readonly data?: Readonly<Record<string, unknown>>;
};

type Call = {
  readonly method: string;
  /** Sent as it is: no parser smoothes it first. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
};

/**
 * Speaks HTTP to a server as a login flow does, over kept connections. An answer that the OpenAPI
 * document does not know of its operation fails the test.
 */
export function createClient(baseUrl: string) {
  const { hostname, port } = new URL(baseUrl);
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });

  /** Sends a request without the key, byte for byte as given. */
  function call({ method, path, headers = {}, body }: Call): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const outgoing = send({ hostname, port, agent, method, path, headers }, (incoming) => {
        const read = readAnswer(incoming).then((answer) => {
          assertDocumented({ method, path }, answer);
          return answer;
        });
        read.then(resolve, reject);
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  const withKey = (headers: Readonly<Record<string, string>> = {}) => ({
    'x-api-key': API_KEY,
    ...headers,
  });

  return {
    call,
    post: (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
      call({
        method: 'POST',
        path,
        headers: withKey({ 'content-type': 'application/json', ...headers }),
        body: JSON.stringify(body),
      }),
    patch: (path: string, body: unknown) =>
      call({
        method: 'PATCH',
        path,
        headers: withKey({ 'content-type': 'application/json' }),
        body: JSON.stringify(body),
      }),
    put: (path: string, body: unknown = {}) =>
      call({
        method: 'PUT',
        path,
        headers: withKey({ 'content-type': 'application/json' }),
        body: JSON.stringify(body),
      }),
    get: (path: string, headers: Readonly<Record<string, string>> = {}) =>
      call({ method: 'GET', path, headers: withKey(headers) }),
    delete: (path: string) => call({ method: 'DELETE', path, headers: withKey() }),
    close: () => agent.destroy(),
  };
}

async function readAnswer(incoming: IncomingMessage): Promise<Answer> {
  const raw = await text(incoming);
  const isJson = incoming.headers['content-type']?.includes('json') === true && raw !== '';
  const body = isJson ? (JSON.parse(raw) as Body) : {};
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, raw, body };
}
