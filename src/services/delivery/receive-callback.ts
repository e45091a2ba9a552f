import { setTimeout as pause } from 'node:timers/promises';
import {
  CallbackRefusedError,
  type CallbackRequest,
  type ProviderReceipt,
  type ReceivedText,
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
  /** Called with each text that a person wrote to the number of a channel. */
  readonly onText: (channel: string, text: ReceivedText) => Promise<void>;
};

type Address = { readonly channel: string; readonly token: string };

/** How many reports about unknown messages are tried again, of those in one callback. */
const MOST_LATE = 20;

/** A report can arrive before the provider has answered our request. It is tried again after each pause. */
const PAUSES_MS = [500, 2000, 8000];

/** A channel that accepts callbacks, and the size of the largest one. */
export type CallbackReceiver = {
  readonly mostBytes: number;
  /**
   * Reads a request of the provider and records what it reports. What people wrote is handled before it returns, so
   * that the provider repeats what could not be. Returns the text that the provider wants as the
   * response. @throws {AppError} `forbidden` for a wrong signature. Providers repeat a request that gets an error.
   */
  receive(request: Omit<CallbackRequest, 'now'>): Promise<string>;
};

const MOST_BYTES = 256 * 1024;

/** Finds the channel that a callback URL belongs to. @throws {AppError} `not_found` for a wrong URL. */
export function findCallbackReceiver(
  ctx: CallbackContext,
  { channel: name, token }: Address,
): CallbackReceiver {
  const channel = findChannel(ctx, name);
  const read = channel?.readCallback?.bind(channel);
  if (!read || !ctx.callbackUrls.isToken(name, token)) throw new AppError('not_found', 'Not found');
  return {
    mostBytes: channel?.mostCallbackBytes ?? MOST_BYTES,
    async receive(request) {
      const {
        receipts,
        messages = [],
        text = '',
      } = await read({ ...request, now: ctx.now() }).catch((error: unknown) => {
        if (!(error instanceof CallbackRefusedError)) throw error;
        ctx.logger.warn({ channel: name, reason: error.message }, 'callback refused');
        throw new AppError('forbidden', 'The callback was refused', { cause: error });
      });
      const unknown: ProviderReceipt[] = [];
      for (const receipt of receipts) {
        if (!(await recordProviderReceipt(ctx, name, receipt))) unknown.push(receipt);
      }
      if (unknown.length > 0) void recordLater(ctx, name, unknown.slice(0, MOST_LATE));
      await Promise.all(messages.map((message) => ctx.onText(name, message)));
      return text;
    },
  };
}

/** Records what a provider reports; false if the message is not known, or not yet accepted. */
async function recordProviderReceipt(
  { deliveries, now }: CallbackContext,
  channel: string,
  receipt: ProviderReceipt,
): Promise<boolean> {
  const messageId = await deliveries.findMessageId(channel, receipt);
  if (messageId === undefined) return false;
  if (receipt.status === 'failed') {
    const isNew = await deliveries.markFailedLate(messageId, receipt, now());
    return isNew || !(await deliveries.isBeingSent(messageId));
  }
  if (receipt.status === 'read') await deliveries.markRead(messageId, undefined, now());
  else await deliveries.markDelivered(messageId, undefined, now());
  return true;
}

async function recordLater(
  ctx: CallbackContext,
  channel: string,
  receipts: readonly ProviderReceipt[],
): Promise<void> {
  let unknown = receipts;
  try {
    for (const milliseconds of PAUSES_MS) {
      await pause(milliseconds, undefined, { ref: false });
      const still: ProviderReceipt[] = [];
      for (const receipt of unknown) {
        if (!(await recordProviderReceipt(ctx, channel, receipt))) still.push(receipt);
      }
      unknown = still;
      if (unknown.length === 0) return;
    }
    ctx.logger.debug({ channel, receipts: unknown.length }, 'callback about unknown messages');
  } catch (err) {
    ctx.logger.error({ err, channel }, 'could not save a delivery receipt');
  }
}
