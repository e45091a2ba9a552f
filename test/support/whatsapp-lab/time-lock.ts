import { node, SERVER, type Stanza, seconds } from './wire/nodes.ts';

/** WhatsApp's "reach-out time-lock": the account may not write to people who never wrote to it. */
export type TimeLock = {
  readonly isActive: boolean;
  /** Missing: no end is known. */
  readonly endsAt?: Date;
  /** Why, in WhatsApp's words; `DEFAULT` when nothing is said. */
  readonly type?: string;
};

export function isInForce(lock: TimeLock | undefined): boolean {
  if (!lock?.isActive) return false;
  return lock.endsAt === undefined || lock.endsAt.getTime() > Date.now();
}

/** What a client hears about the lock, whether it asks or is told. */
export function describeLock(lock: TimeLock | undefined) {
  if (!isInForce(lock)) return { is_active: false, enforcement_type: 'DEFAULT' };
  const ends = lock?.endsAt && { time_enforcement_ends: epochSeconds(lock.endsAt) };
  return { is_active: true, ...ends, enforcement_type: lock?.type ?? 'DEFAULT' };
}

/** Tells a linked device that the lock of its account has changed. */
export function lockNotification(lock: TimeLock): Stanza {
  const data = { xwa2_notify_account_reachout_timelock: describeLock(lock) };
  const update = node(
    'update',
    { op_name: 'NotificationUserReachoutTimelockUpdate' },
    Buffer.from(JSON.stringify({ data })),
  );
  const id = `lock-${Date.now()}`;
  return node('notification', { from: SERVER, type: 'mex', id, t: seconds() }, [update]);
}

const epochSeconds = (moment: Date): string => String(Math.floor(moment.getTime() / 1000));
