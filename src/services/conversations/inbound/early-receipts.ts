import type { ReceiptKind } from '../../../domain/conversations/message.ts';
import { createRecentEntries } from '../../../lib/recent-entries.ts';
import type { Clock } from '../../../lib/time/clock.ts';

/** A receipt can be faster than the message that it is about: Baileys delays messages of our own phone. */
const KEEP_MS = 60_000;

const MOST = 5000;

type Early = Partial<Record<ReceiptKind, Date>>;

export type EarlyReceipts = ReturnType<typeof createEarlyReceipts>;

/** Remembers receipts for a minute, for messages that are stored after them. */
export function createEarlyReceipts(now: Clock) {
  const receipts = createRecentEntries<Early>({ most: MOST, ttlMs: KEEP_MS });

  return {
    note(messageId: string, kind: ReceiptKind, at: Date = now()): void {
      const known = receipts.get(messageId);
      if (!known?.[kind]) receipts.set(messageId, { ...known, [kind]: at });
    },
    /** Lists what was reported about a message. */
    find(messageId: string): { readonly kind: ReceiptKind; readonly at: Date }[] {
      const known = Object.entries(receipts.get(messageId) ?? {});
      return known.map(([kind, at]) => ({ kind: kind as ReceiptKind, at }));
    },
  };
}
