import type { ServerResponse } from 'node:http';
import { type RecordedRequest, startRecordingServer } from '../providers/recording-server.ts';
import { waitFor } from '../wait-for.ts';
import type { Answer } from './client.ts';

type Client = {
  get(path: string): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
};

/** An event as a receiver gets it. */
export type ReceivedEvent = {
  readonly id: string;
  readonly type: string;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>> & { readonly sequence: number };
};

export const accept = (_: RecordedRequest, response: ServerResponse) =>
  void response.writeHead(200, { 'content-type': 'text/plain' }).end('ok');

/**
 * An application's receiver of webhooks on the loopback address, or one that comes back under its old URL. It takes
 * every event unless told otherwise.
 */
export async function startReceiver(oldUrl?: string) {
  const port = oldUrl === undefined ? 0 : Number(new URL(oldUrl).port);
  const server = await startRecordingServer(accept, port);
  const events = () => server.requests.map(({ body }) => JSON.parse(body) as ReceivedEvent);
  return {
    ...server,
    url: `${server.url}/hook`,
    events,
    /** Waits until so many requests have arrived. */
    waitFor: (count: number, waitMs?: number) =>
      waitFor(
        () => (server.requests.length >= count ? server.requests : undefined),
        `${count} webhook requests, there are ${server.requests.length}`,
        waitMs,
      ),
    /** Waits for an event of a type. */
    waitForType: (type: string, waitMs?: number) =>
      waitFor(() => events().find((event) => event.type === type), `an event ${type}`, waitMs),
  };
}

export type Receiver = Awaited<ReturnType<typeof startReceiver>>;

/** A delivery as the API shows it. */
export type ShownDelivery = {
  readonly id: string;
  readonly eventId: string;
  readonly type: string;
  readonly status: string;
  readonly attempts: number;
  readonly nextAttemptAt: string | null;
  readonly responseStatus: number | null;
  readonly response: string | null;
  readonly lastError: string | null;
  readonly durationMs: number | null;
  readonly updatedAt: string;
};

/** Lists the deliveries of a webhook, oldest first. */
export async function listDeliveries(
  client: Pick<Client, 'get'>,
  id: string,
): Promise<readonly ShownDelivery[]> {
  const { body } = await client.get(`/api/webhooks/${id}/deliveries?limit=100`);
  const { items } = body.data as { items: readonly ShownDelivery[] };
  return items.toReversed();
}

/** The variables with which a service calls receivers on the loopback address. */
export const receiverVariables = { WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8' };

/** Creates a webhook; returns its ID and its secret. */
export async function createWebhook(
  client: Client,
  url: string,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly id: string; readonly secret: string }> {
  const { status, raw, body } = await client.post('/api/webhooks', {
    ...{ url, events: ['*'] },
    ...fields,
  });
  if (status !== 201) throw new Error(`a webhook was answered ${status}: ${raw}`);
  const { id, secret } = body.data as { id: string; secret: string };
  return { id, secret };
}
