import { createHash, createHmac } from 'node:crypto';
import { z } from 'zod';
import { isSameSecret } from '../../lib/crypto/secrets.ts';
import { parseJson } from '../../lib/json.ts';
import {
  CallbackRefusedError,
  type CallbackRequest,
  type CallbackResponse,
  type DeliveryNews,
} from '../contract.ts';

/** Telegram's ID of a message. */
export const REQUEST_ID = /^[!-~]{1,128}$/;

const OUR_ID = /^[\w-]{1,64}$/;
const MOST_SECONDS_APART = 300;

const Report = z.object({
  request_id: z.string().regex(REQUEST_ID),
  payload: z.string().regex(OUR_ID).optional().catch(undefined),
  delivery_status: z.object({ status: z.string() }).optional().catch(undefined),
});

/**
 * `expired`: no device of the recipient was online while the code was valid, so that the message is neither delivered
 * nor charged. The account exists, and a later message may arrive: that is `unavailable`, like a phone that is off.
 */
const NEWS = new Map<string | undefined, DeliveryNews>([
  ['delivered', { status: 'delivered' }],
  ['read', { status: 'read' }],
  [
    'expired',
    {
      status: 'failed',
      reason: 'unavailable',
      details: 'Telegram status expired: the recipient was not online in time',
    },
  ],
  [
    'revoked',
    {
      status: 'failed',
      reason: 'refused',
      details: 'Telegram status revoked: the message was withdrawn',
    },
  ],
]);

/**
 * Reads a report on one message.
 * @throws {CallbackRefusedError}
 */
export function readReport(accessToken: string, request: CallbackRequest): CallbackResponse {
  checkSignature(accessToken, request);
  const { data } = Report.safeParse(parseJson(request.body.toString('utf8')));
  if (data === undefined) throw new CallbackRefusedError('its body is not a report of Telegram');
  const { request_id: providerMessageId, payload: messageId, delivery_status: delivery } = data;
  const news = NEWS.get(delivery?.status);
  // `sent`, and reports on the entered code, say nothing new.
  if (news === undefined) return { receipts: [] };
  const name = messageId === undefined ? { providerMessageId } : { messageId };
  return { receipts: [{ ...name, ...news }] };
}

function checkSignature(accessToken: string, { headers, body, now }: CallbackRequest): void {
  const timestamp = headers['x-request-timestamp'] ?? '';
  const signature = headers['x-request-signature'] ?? '';
  if (!/^\d{1,12}$/.test(timestamp) || signature === '') {
    throw new CallbackRefusedError('it has no X-Request-Timestamp or X-Request-Signature');
  }
  if (Math.abs(now.getTime() / 1000 - Number(timestamp)) > MOST_SECONDS_APART) {
    throw new CallbackRefusedError('its X-Request-Timestamp is more than 5 minutes off');
  }
  if (!isSameSecret(signature, signReport(accessToken, timestamp, body))) {
    throw new CallbackRefusedError('X-Request-Signature does not match TELEGRAM_ACCESS_TOKEN');
  }
}

/** Returns the header `X-Request-Signature` that Telegram sends with a report. */
export function signReport(accessToken: string, timestamp: string, body: Buffer): string {
  const key = createHash('sha256').update(accessToken).digest();
  return createHmac('sha256', key).update(`${timestamp}\n`).update(body).digest('hex');
}
