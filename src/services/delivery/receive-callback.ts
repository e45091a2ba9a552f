import { setTimeout as pause } from 'node:timers/promises';
import {
  CallbackRefusedError,
  type CallbackRequest,
  type ProviderReceipt,
} from '../../channels/contract.ts';
import { AppError } from '../../domain/errors.ts';
import type { CallbackUrls } from './callback-urls.ts';
import type { DeliveryContext } from './context.ts';
import { findChannel } from './workflow.ts';

export type CallbackContext = Pick<
  DeliveryContext,
  'deliveries' | 'channels' | 'logger' | 'now'
> & {
  readonly callbackUrls: Pick<CallbackUrls, 'isToken'>;
};

type Callback = Omit<CallbackRequest, 'now'> & {
  readonly channel: string;
  readonly token: string;
};

/** A report can arrive before the provider has answered our request. It is tried again after each pause. */
const PAUSES_MS = [500, 2000, 8000];

/**
 * Reads a request of a provider and records what it reports. Returns the text that the provider wants as the response.
 * @throws {AppError} `not_found` for a wrong URL, `forbidden` for a wrong signature. Providers repeat a request that
 * gets an error.
 */
export async function receiveCallback(
  ctx: CallbackContext,
  { channel: name, token, ...request }: Callback,
): Promise<string> {
  const channel = findChannel(ctx, name);
  const read = channel?.readCallback?.bind(channel);
  if (!read || !ctx.callbackUrls.isToken(name, token)) throw new AppError('not_found', 'Not found');
  const { receipts, text = '' } = await read({ ...request, now: ctx.now() }).catch(
    (error: unknown) => {
      if (!(error instanceof CallbackRefusedError)) throw error;
      ctx.logger.warn({ channel: name, reason: error.message }, 'callback refused');
      throw new AppError('forbidden', 'The callback was refused', { cause: error });
    },
  );
  for (const receipt of receipts) {
    if (!(await recordProviderReceipt(ctx, name, receipt))) void recordLater(ctx, name, receipt);
  }
  return text;
}

/** Records what a provider reports; false if the message is not known. */
async function recordProviderReceipt(
  { deliveries, now }: CallbackContext,
  channel: string,
  receipt: ProviderReceipt,
): Promise<boolean> {
  const messageId = await deliveries.findMessageId(channel, receipt);
  if (messageId === undefined) return false;
  if (receipt.status === 'failed') await deliveries.markFailedLate(messageId, receipt, now());
  else if (receipt.status === 'read') await deliveries.markRead(messageId, undefined, now());
  else await deliveries.markDelivered(messageId, undefined, now());
  return true;
}

async function recordLater(
  ctx: CallbackContext,
  channel: string,
  receipt: ProviderReceipt,
): Promise<void> {
  const { status } = receipt;
  try {
    for (const milliseconds of PAUSES_MS) {
      await pause(milliseconds, undefined, { ref: false });
      if (await recordProviderReceipt(ctx, channel, receipt)) return;
    }
    ctx.logger.debug({ channel, status }, 'callback about a message that is not known');
  } catch (err) {
    ctx.logger.error({ err, channel, status }, 'could not save a delivery receipt');
  }
}
