import { Readable } from 'node:stream';
import type { DeliveryFailureReason } from '../domain/delivery/delivery.ts';
import { failureOfRequest } from '../lib/guarded-http/request-failure.ts';
import { ChannelError } from './contract.ts';

type ProviderRequest = {
  readonly url: string;
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  /** UTF-8 text; its `content-type` is in `headers`. */
  readonly body?: string;
  /** Whether the body of the response is read; by default, it is. */
  readonly readsBody?: boolean;
  readonly deadline: AbortSignal;
};

export type ProviderResponse = {
  readonly status: number;
  /** The first 64 KiB of the body; empty if it is not read. */
  readonly text: string;
};

/** Makes requests to one provider over connections that are kept open. */
export type ProviderClient = ReturnType<typeof createProviderClient>;

const MOST_BYTES = 65_536;

/** Errors of a connection that was not made, and over which nothing was sent. */
const NOT_CONNECTED = new Set<unknown>([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
  'UND_ERR_CONNECT_TIMEOUT',
]);

function isNotConnected(error: unknown): boolean {
  return error instanceof Error && 'code' in error && NOT_CONNECTED.has(error.code);
}

/**
 * Creates the HTTP client of a channel. Redirects are not followed, since they could lead anywhere. undici's `request`
 * takes a third of the time of `fetch` and follows no redirects.
 */
export function createProviderClient() {
  let client: ReturnType<typeof loadClient> | undefined;

  /**
   * Makes one request, once, and returns the response with any status.
   * @throws {ChannelError} `timeout` or `unavailable`. Without a connection (no address, refused, no TLS) the message
   * cannot have been sent. Once the body is written, only the provider knows. A GET is only known not to have
   * been sent after an error of the connection itself.
   */
  async function request({
    url,
    method = 'POST',
    headers,
    body = '',
    readsBody = true,
    deadline,
  }: ProviderRequest): Promise<ProviderResponse> {
    const bytes = Buffer.from(body);
    const length = { 'content-length': String(bytes.length) };
    let isHandedOver = false;
    const noteHandover = () => {
      isHandedOver = true;
    };
    client ??= loadClient();
    const { request: send, dispatcher } = await client;
    const response = await send(url, {
      dispatcher,
      method,
      headers: method === 'GET' ? { ...headers } : { ...headers, ...length },
      body: method === 'GET' ? null : readOnce(bytes, noteHandover),
      signal: deadline,
    }).catch((error: unknown) => {
      // A GET has no body, whose reading shows for other methods whether there was a connection.
      const mayHaveArrived = method === 'GET' ? !isNotConnected(error) : isHandedOver;
      const doubt = { cause: error, mayHaveArrived };
      if (deadline.aborted)
        throw new ChannelError('timeout', 'the gateway did not answer in time', doubt);
      const { message } = failureOfRequest(error);
      throw new ChannelError('unavailable', `the gateway could not be reached: ${message}`, doubt);
    });
    const { statusCode: status } = response;
    if (readsBody) return { status, text: await readStart(response.body) };
    // An endless body is cut off.
    response.body.dump().catch(() => {});
    return { status, text: '' };
  }

  return {
    request,
    close: async (): Promise<void> => (await client)?.dispatcher.destroy(),
  };
}

/** Loaded for the first message, because it costs 20 MB and a tenth of the time of a start. */
async function loadClient() {
  const { Agent, request } = await import('undici');
  return { request, dispatcher: new Agent() };
}

/** A body that is only read once there is a connection to write it to. */
function readOnce(bytes: Buffer, onRead: () => void): Readable {
  return new Readable({
    read() {
      onRead();
      this.push(bytes);
      this.push(null);
    },
  });
}

/** The start of a response. An endless one is cut off, and one that breaks off counts as far as it came. */
async function readStart(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      if (length >= MOST_BYTES) break;
    }
  } catch {
    // The status has arrived, and it decides.
  }
  return Buffer.concat(chunks).subarray(0, MOST_BYTES).toString('utf8');
}

/** Whether the provider has accepted a request, as far as the status says. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** The error for a status other than 2xx, if the provider does not say more. */
export function errorOfStatus(provider: string, status: number): ChannelError {
  return new ChannelError(reasonOfStatus(status), `${provider} returned ${status}`, {
    mayHaveArrived: status >= 500,
  });
}

/** What a status other than 2xx means when the provider does not say more. */
export function reasonOfStatus(status: number): DeliveryFailureReason {
  if (status >= 500 || status === 429) return 'unavailable';
  const isOurSetup = status < 400 || status === 401 || status === 403 || status === 404;
  return isOurSetup ? 'misconfigured' : 'refused';
}

/** The value of an `authorization` header with a user name and a password. */
export function basicAuthorization(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
