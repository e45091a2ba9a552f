import type { DeliveryReceipt } from '../../channels/contract.ts';
import type { DeliveryContext } from './context.ts';

/** Without the channels, because they are built with the function that records their receipts. */
type ReceiptContext = Pick<DeliveryContext, 'deliveries' | 'logger' | 'now'>;

/**
 * Records in the background that a message was delivered or read. Receipts come in any order, and a late
 * one never replaces a better one. Errors are logged.
 */
export function recordReceipt(ctx: ReceiptContext, receipt: DeliveryReceipt): void {
  const { deliveries, logger, now } = ctx;
  const { sessionId, messageId, status } = receipt;
  const mark = status === 'read' ? deliveries.markRead : deliveries.markDelivered;
  mark(messageId, sessionId, now()).catch((err: unknown) => {
    logger.error({ err, messageId, status }, 'could not save a delivery receipt');
  });
}
