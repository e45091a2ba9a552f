import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { CallbackRequest } from '../../../src/channels/contract.ts';

type ReceivedRequest = {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

export type Behaviour = (request: ReceivedRequest, response: ServerResponse) => void;

export const answerJson =
  (status: number, body: unknown): Behaviour =>
  (_, response) =>
    void response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(JSON.stringify(body));

/** Reads the request and closes the connection. */
export const hangUp: Behaviour = (_, response) => void response.socket?.destroy();

/** Never answers. */
export const hang: Behaviour = () => {};

/** A provider's server on the loopback, which behaves as `usual` until a test wants something else. */
export async function startProviderServer(usual: Behaviour) {
  const requests: ReceivedRequest[] = [];
  let behave = usual;
  const server = createServer(async (incoming, response) => {
    const { method, url: path, headers } = incoming;
    const request = { method, path, headers, body: await text(incoming) };
    requests.push(request);
    behave(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    /** Without an argument, it behaves as usual again. */
    behaveLike(behaviour: Behaviour = usual): void {
      behave = behaviour;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

type Callback = Partial<Omit<CallbackRequest, 'body'>> & { readonly body?: string };

/** A request of a provider to our callback URL. */
export function newCallback({ body = '', ...rest }: Callback = {}): CallbackRequest {
  return {
    method: 'POST',
    url: 'https://otp.example.com/api/callbacks/sms/token',
    headers: {},
    body: Buffer.from(body),
    now: new Date('2026-11-29T12:00:00Z'),
    ...rest,
  };
}
