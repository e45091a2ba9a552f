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

/** Whether a new contact may be written to, and why in words for the delivery row. */
export type Permission = { readonly isGranted: boolean; readonly why: string };

export type NewContactGuard = ReturnType<typeof createNewContactGuard>;

/** How long strangers are left alone when WhatsApp refuses one and names no time. */
const UNNAMED_BLOCK_SECONDS = 3600;

/**
 * Keeps a number out of trouble: WhatsApp restricts accounts that write to many people who never
 * wrote to them (https://github.com/WhiskeySockets/Baileys/issues/1983: after 15 to 20 a day).
 * It decides on new contacts only; whoever knows the number passes always.
 */
export function createNewContactGuard({ sessionId, budget, records, now, logger }: Options) {
  /** The only node that keeps the session decides, so memory leads and the row follows. */
  let block: { readonly until: Date; readonly by: ContactBlockReason } | undefined;
  let isLoaded = false;
  /** How many questions about the time-lock are under way. */
  let asking = 0;

  /** Reads what an earlier process knew, once; before that, `findBlock` finds nothing. */
  async function load(): Promise<void> {
    if (isLoaded) return;
    const record = await records.findById(sessionId);
    const { contactsBlockedUntil: until, contactsBlockedBy: by = 'unknown' } = record ?? {};
    if (!isLoaded && until) block = { until, by };
    isLoaded = true;
  }

  /** Why new contacts are refused at this moment; undefined when they are not. */
  function findBlock(): string | undefined {
    if (!block || block.until <= now()) return undefined;
    const why = explainContactBlock(block.by);
    return `new contacts are refused until ${block.until.toISOString()}: ${why}`;
  }

  /** Asks for one new contact; a granted one counts against the day's budget. */
  async function requestPermission(): Promise<Permission> {
    const why = findBlock();
    if (why !== undefined) return { isGranted: false, why };
    const claimed = await budget.consume(sessionId);
    return { isGranted: claimed.isGranted, why: `new contact, ${claimed.why}` };
  }

  /** WhatsApp told of its time-lock, by itself or because it was asked: its word replaces ours. */
  async function onTimeLock({ isActive, endsAt }: TimeLock): Promise<void> {
    // Baileys tells the answer to our own question as news, too: it does not take a refusal back.
    if (!isActive && asking > 0) return;
    const until = endsAt ?? addSeconds(now(), UNNAMED_BLOCK_SECONDS);
    // One that is over already lifts nothing: only WhatsApp's word that there is none does.
    if (isActive && until <= now()) return;
    isLoaded = true;
    block = isActive ? { until, by: 'time_locked' } : undefined;
    logger.warn({ sessionId, blockedUntil: block?.until ?? null }, 'time-lock of a number');
    await records.setContactsBlock(sessionId, block, now());
  }

  /** WhatsApp refused a new contact. The block stands when this returns; how long for is asked then. */
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
