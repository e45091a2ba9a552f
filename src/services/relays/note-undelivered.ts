import { isEmailRecipient, maskRecipient } from '../../domain/recipient.ts';
import type { RelayRow } from '../../storage/hooks/relay-store.ts';
import type { RelayContext } from './context.ts';

type Undelivered = Pick<RelayRow, 'relayId' | 'accountId' | 'phoneNumber' | 'purpose'> &
  Partial<Pick<RelayRow, 'hookId' | 'channel'>>;

/** Records the event that a message did not arrive after its caller had its answer. */
export function noteUndelivered(
  { changes }: Pick<RelayContext, 'changes'>,
  { relayId, accountId, phoneNumber, purpose, hookId, channel }: Undelivered,
  reason: string,
): void {
  if (!changes.isWatched(accountId)) return;
  const masked = maskRecipient(phoneNumber);
  const recipient = isEmailRecipient(phoneNumber) ? { email: masked } : { phoneNumber: masked };
  changes.noteOccurrence({
    ...{ accountId, type: 'delivery.failed', purpose, subject: relayId },
    data: {
      ...{
        verificationId: relayId,
        kind: 'relayed',
        hookId: hookId ?? null,
        purpose,
        ...recipient,
      },
      ...{ channel: channel ?? null, messageId: null, sessionId: null, reason },
    },
  });
}
