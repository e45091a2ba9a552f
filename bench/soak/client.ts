import { Pool } from 'undici';
import type { CallKind, SoakLog } from './soak-log.ts';

const CONNECTIONS = 64;
const LONGEST_CALL_MS = 30_000;

type SoakCall = {
  readonly kind: CallKind;
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** The code of the error that is expected; a response with 200 or 201 if it is missing. */
  readonly expected?: string;
};

export type SoakClient = ReturnType<typeof createClient>;

/** Calls the service, and logs how long each call took and which response was not expected. */
export function createClient(
  origin: string,
  apiHeaders: Readonly<Record<string, string>>,
  log: SoakLog,
) {
  const pool = new Pool(origin, { connections: CONNECTIONS, headersTimeout: LONGEST_CALL_MS });

  /** Returns whether the response was as expected. */
  async function call({ kind, method = 'POST', path, body, headers, expected }: SoakCall) {
    const startedAt = performance.now();
    const outcome = await ask(method, path, { body, headers }).catch(
      (error: Error) => `no response: ${error.message}`,
    );
    const isExpected = outcome === (expected ?? 'ok');
    log.noteCall(kind, performance.now() - startedAt);
    if (!isExpected) log.noteError(`${method} ${path.split('?')[0]}: ${outcome}`);
    return isExpected;
  }

  async function ask(
    method: 'GET' | 'POST',
    path: string,
    {
      body,
      headers,
    }: {
      readonly body: object | undefined;
      readonly headers: Readonly<Record<string, string>> | undefined;
    },
  ): Promise<string> {
    const response = await pool.request({
      ...{ method, path },
      headers: { 'content-type': 'application/json', ...apiHeaders, ...headers },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.body.text();
    if (response.statusCode < 300) return 'ok';
    const { code } = JSON.parse(text) as { readonly code?: string };
    return code ?? `status ${response.statusCode}`;
  }

  return { call, close: () => pool.close() };
}
