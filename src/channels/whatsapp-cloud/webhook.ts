import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { isSameSecret } from '../../lib/crypto/secrets.ts';
import { parseJson } from '../../lib/json.ts';
import {
  CallbackRefusedError,
  type CallbackRequest,
  type CallbackResponse,
  type DeliveryNews,
  type ProviderReceipt,
} from '../contract.ts';
import { describeError, reasonOfError } from './errors.ts';
import { type MessageOptions, readMessages } from './received-messages.ts';

type Secrets = {
  readonly appSecret: string | undefined;
  readonly verifyToken: string | undefined;
};

type Options = Secrets & MessageOptions;

/** Meta's ID of a message, which begins with `wamid.`. */
export const PROVIDER_ID = /^[!-~]{1,128}$/;

const OUR_ID = /^[\w-]{1,64}$/;

/** Meta also reports other events to the same URL. They have no `statuses`. */
const Change = z.object({ value: z.object({ statuses: z.array(z.unknown()) }) });
const Webhook = z.object({ entry: z.array(z.object({ changes: z.array(z.unknown()) })) });

const Status = z.object({
  status: z.enum(['delivered', 'read', 'failed']),
  id: z.string().regex(PROVIDER_ID),
  biz_opaque_callback_data: z.string().regex(OUR_ID).optional().catch(undefined),
  errors: z
    .tuple([z.object({ code: z.number() })], z.unknown())
    .optional()
    .catch(undefined),
});

/**
 * Reads a request to the webhook: Meta's check of the URL, or a report on any number of messages.
 * @throws {CallbackRefusedError}
 */
export function readWebhook(options: Options, request: CallbackRequest): CallbackResponse {
  if (request.method === 'GET') return answerChallenge(options, request);
  checkSignature(options, request);
  const webhook = parseJson(request.body.toString('utf8'));
  if (webhook === undefined) throw new CallbackRefusedError('its body is not JSON');
  const changes = listChanges(webhook);
  const receipts = findStatuses(changes).flatMap(toReceipts);
  return { receipts, ...(options.ownNumber !== undefined && readMessages(options, changes)) };
}

function answerChallenge({ verifyToken }: Secrets, { url }: CallbackRequest): CallbackResponse {
  const query = new URL(url).searchParams;
  const challenge = query.get('hub.challenge');
  if (query.get('hub.mode') !== 'subscribe' || challenge === null) {
    throw new CallbackRefusedError('not a verification request of Meta');
  }
  if (verifyToken === undefined) {
    throw new CallbackRefusedError('WHATSAPP_CLOUD_VERIFY_TOKEN is not set');
  }
  if (!isSameSecret(query.get('hub.verify_token') ?? '', verifyToken)) {
    throw new CallbackRefusedError('the verify token is not WHATSAPP_CLOUD_VERIFY_TOKEN');
  }
  return { receipts: [], text: challenge };
}

function checkSignature({ appSecret }: Secrets, { headers, body }: CallbackRequest): void {
  if (appSecret === undefined) {
    throw new CallbackRefusedError('WHATSAPP_CLOUD_APP_SECRET is not set');
  }
  const signature = headers['x-hub-signature-256'];
  if (signature === undefined) throw new CallbackRefusedError('it has no X-Hub-Signature-256');
  if (!isSameSecret(signature, signBody(appSecret, body))) {
    throw new CallbackRefusedError('X-Hub-Signature-256 does not match WHATSAPP_CLOUD_APP_SECRET');
  }
}

/** Returns the header `X-Hub-Signature-256` that Meta sends with a body. */
export function signBody(appSecret: string, body: Buffer): string {
  return `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`;
}

function listChanges(webhook: unknown): unknown[] {
  const { data } = Webhook.safeParse(webhook);
  return (data?.entry ?? []).flatMap((entry) => entry.changes);
}

/** Lists the reports in a webhook. What is unknown is skipped, since Meta repeats a webhook that is refused. */
function findStatuses(changes: readonly unknown[]): unknown[] {
  return changes.flatMap((change) => Change.safeParse(change).data?.value.statuses ?? []);
}

/** `sent` and later inventions say nothing new. */
function toReceipts(report: unknown): ProviderReceipt[] {
  const { data } = Status.safeParse(report);
  if (data === undefined) return [];
  const { id, biz_opaque_callback_data: messageId } = data;
  const name = messageId === undefined ? { providerMessageId: id } : { messageId };
  return [{ ...name, ...toNews(data) }];
}

function toNews({ status, errors }: z.output<typeof Status>): DeliveryNews {
  if (status !== 'failed') return { status };
  const code = errors?.[0].code;
  if (code === undefined) return { status, reason: 'refused', details: 'WhatsApp gave no error' };
  return { status, reason: reasonOfError(code) ?? 'refused', details: describeError(code) };
}
