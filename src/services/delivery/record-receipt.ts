import type { DeliveryReceipt } from '../../channels/contract.ts';
import type { DeliveryContext } from './context.ts';

/** Receipts need no channel: channels are built with the function that takes their receipts. */
type ReceiptContext = Pick<DeliveryContext, 'deliveries' | 'logger' | 'now'>;

/**
 * Records that an accepted message was delivered or read. Receipts come in any order, and a late one
 * never takes back a better one. Nobody waits for it: a fault is logged.
 */
export function recordReceipt(ctx: ReceiptContext, receipt: DeliveryReceipt): void {
  const { deliveries, logger, now } = ctx;
  const { sessionId, messageId, status } = receipt;
  const mark = status === 'read' ? deliveries.markRead : deliveries.markDelivered;
  mark(messageId, sessionId, now()).catch((err: unknown) => {
    logger.error({ err, messageId, status }, 'news of a delivery lost');
  });
}
