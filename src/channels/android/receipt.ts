import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { isSameSecret } from '../../lib/crypto/secrets.ts';
import { parseJson } from '../../lib/json.ts';
import { CallbackRefusedError, type CallbackRequest, type ProviderReceipt } from '../contract.ts';
import { describeFailure } from './failure.ts';

/** A phone's clock may differ from ours; a request that is older may be a repeated one. */
const MOST_SECONDS_APART = 300;

const Event = z.object({
  event: z.string(),
  payload: z.object({ messageId: z.string().min(1).optional(), reason: z.string().optional() }),
});

/** Reads an event of the gateway. With a key, it must be signed. @throws {CallbackRefusedError} */
export function readReceipt(
  request: CallbackRequest,
  webhookKey: string | undefined,
): ProviderReceipt[] {
  if (webhookKey !== undefined) checkSignature(request, webhookKey);
  const { event, payload } = Event.safeParse(parseJson(request.body.toString('utf8'))).data ?? {};
  if (event === undefined) throw new CallbackRefusedError('the event cannot be read');
  const { messageId, reason = '' } = payload ?? {};
  if (messageId === undefined) return [];
  if (event === 'sms:delivered') return [{ messageId, status: 'delivered' }];
  if (event === 'sms:failed') return [{ messageId, status: 'failed', ...describeFailure(reason) }];
  return [];
}

function checkSignature({ headers, body, now }: CallbackRequest, key: string): void {
  const { 'x-signature': signature, 'x-timestamp': timestamp } = headers;
  if (!signature || !timestamp) {
    throw new CallbackRefusedError('X-Signature or X-Timestamp is missing');
  }
  const expected = createHmac('sha256', key).update(body).update(timestamp).digest('hex');
  if (!isSameSecret(signature.toLowerCase(), expected)) {
    throw new CallbackRefusedError('X-Signature is wrong');
  }
  const secondsApart = Math.abs(now.getTime() / 1000 - Number(timestamp));
  if (!(secondsApart <= MOST_SECONDS_APART)) {
    throw new CallbackRefusedError('X-Timestamp is more than five minutes away from our clock');
  }
}
