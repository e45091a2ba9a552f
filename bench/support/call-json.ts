import { request } from 'undici';

const LONGEST_CALL_MS = 30_000;

type JsonCall = {
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
};

/** Calls a program over kept-alive connections. @throws if it responds with an error. */
export async function callJson(url: string, { method, headers, body }: JsonCall): Promise<unknown> {
  const response = await request(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: body === undefined ? null : JSON.stringify(body),
    headersTimeout: LONGEST_CALL_MS,
  }).catch((cause: Error) => {
    throw new Error(`${method} ${url} got no answer: ${cause.message}`, { cause });
  });
  const answer = await response.body.text();
  if (response.statusCode < 300) return JSON.parse(answer);
  throw new Error(`${method} ${url} answered ${response.statusCode}: ${answer.slice(0, 300)}`);
}
