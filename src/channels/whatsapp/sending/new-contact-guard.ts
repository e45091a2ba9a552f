import {
  type ContactBlockReason,
  explainContactBlock,
} from '../../../domain/whatsapp/session-reason.ts';
import type { Logger } from '../../../lib/logger.ts';
import { addSeconds, type Clock } from '../../../lib/time/clock.ts';
import type { ContactBudget, SessionRecords } from '../interfaces.ts';
import type { TimeLock } from '../protocol/socket.ts';

type Options = {
  readonly sessionId: string;
  readonly budget: ContactBudget;
  readonly records: Pick<SessionRecords, 'findById' | 'blockContacts' | 'setContactsBlock'>;
  readonly now: Clock;
  readonly logger: Logger;
};

/** Whether a new contact may be written to, and the reason, which is stored with the delivery. */
export type Permission = { readonly isGranted: boolean; readonly why: string };

export type NewContactGuard = ReturnType<typeof createNewContactGuard>;

/** How long new contacts are blocked after WhatsApp refuses one without stating a time. */
const UNNAMED_BLOCK_SECONDS = 3600;

/**
 * Protects a number from restrictions. WhatsApp restricts accounts that write to many people who never
 * wrote to them (https://github.com/WhiskeySockets/Baileys/issues/1983: after 15 to 20 a day).
 * Only new contacts are affected. Known contacts are always permitted.
 */
export function createNewContactGuard({ sessionId, budget, records, now, logger }: Options) {
  /** The current block. Only one node keeps the session, so it is authoritative and the row is a copy. */
  let block: { readonly until: Date; readonly by: ContactBlockReason } | undefined;
  let isLoaded = false;
  /** How many queries for the time lock are in progress. */
  let asking = 0;

  /** Reads the stored block, once. Before that, `findBlock` finds nothing. */
  async function load(): Promise<void> {
    if (isLoaded) return;
    const record = await records.findById(sessionId);
    const { contactsBlockedUntil: until, contactsBlockedBy: by = 'unknown' } = record ?? {};
    if (!isLoaded && until) block = { until, by };
    isLoaded = true;
  }

  /** Returns why new contacts are currently refused; undefined if they are not. */
  function findBlock(): string | undefined {
    if (!block || block.until <= now()) return undefined;
    const why = explainContactBlock(block.by);
    return `new contacts are refused until ${block.until.toISOString()}: ${why}`;
  }

  /** Requests one new contact. If granted, it counts towards the day's budget. */
  async function requestPermission(): Promise<Permission> {
    const why = findBlock();
    if (why !== undefined) return { isGranted: false, why };
    const claimed = await budget.consume(sessionId);
    return { isGranted: claimed.isGranted, why: `new contact, ${claimed.why}` };
  }

  /** Handles WhatsApp's report of its time lock, requested or not. It replaces our own block. */
  async function onTimeLock({ isActive, endsAt }: TimeLock): Promise<void> {
    // Baileys also emits the response to our own query as an event. It does not lift a refusal.
    if (!isActive && asking > 0) return;
    const until = endsAt ?? addSeconds(now(), UNNAMED_BLOCK_SECONDS);
    // An expired time lock does not lift the block. Only the report that there is none does.
    if (isActive && until <= now()) return;
    isLoaded = true;
    block = isActive ? { until, by: 'time_locked' } : undefined;
    logger.warn(
      { sessionId, blockedUntil: block?.until ?? null },
      'WhatsApp reported the time lock of a number',
    );
    await records.setContactsBlock(sessionId, block, now());
  }

  /** Handles WhatsApp's refusal of a message (463). It blocks at once, then asks WhatsApp for how long. */
  async function onRestricted(readTimeLock: () => Promise<TimeLock>): Promise<void> {
    const until = addSeconds(now(), UNNAMED_BLOCK_SECONDS);
    if (!block || block.until < until) block = { until, by: 'contact_refused' };
    logger.warn(
      { sessionId, blockedUntil: block.until, why: block.by },
      'new contacts are refused',
    );
    await records.blockContacts(sessionId, block.until, block.by, now());
    asking += 1;
    const lock = await readTimeLock().catch(() => undefined);
    asking -= 1;
    if (lock?.isActive) await onTimeLock(lock);
  }

  return {
    load,
    findBlock,
    requestPermission,
    refund: () => budget.refund(sessionId),
    onTimeLock,
    onRestricted,
  };
}
