import { eventBits } from '../../src/domain/analytics/funnel-stats.ts';
import { lastDigitsOf } from '../../src/domain/recipient.ts';
import { addSeconds } from '../../src/lib/time/clock.ts';
import type { Database } from '../../src/storage/database.ts';
import { type NewRow, writeRows } from './write-rows.ts';

type Amount = {
  readonly activities: number;
  readonly codes: number;
  /** Live codes, all of which expire after 5 minutes. */
  readonly expiring: number;
  /** The current time; all rows are older. */
  readonly now: Date;
};

const ACTIVITY_SECONDS = 30 * 86_400;
const CODE_SECONDS = 7 * 86_400;

const SESSIONS = ['default', 'second', 'third', 'fourth'];
const REGIONS = ['ID', 'ID', 'ID', 'MY', 'SG', 'US'];

/** Every tenth row is a text that a session sent, and is not in this list. */
const ACTIONS = ['otp_send', 'otp_verify', 'otp_send', 'otp_verify', 'otp_verify', 'api_call'];

const DETAILS: Readonly<Record<string, string>> = {
  otp_send: 'whatsapp',
  api_call: 'POST /api/sessions/:id/send-message',
};

/** Writes rows as the service would leave them, spread evenly over their retention time. */
export async function writeHistory(database: Database, amount: Amount): Promise<void> {
  const { activities, codes, expiring, now } = amount;
  await writeRows(database, 'activity_logs', activities, (index) =>
    toActivity(index, addSeconds(now, -(ACTIVITY_SECONDS * (index + 1)) / activities)),
  );
  const verificationAt = (index: number) =>
    toVerification(index, addSeconds(now, -(CODE_SECONDS * (index + 1)) / codes));
  await writeRows(database, 'otp_logs', codes, verificationAt);
  await writeRows(database, 'deliveries', codes, (index) => toDelivery(verificationAt(index)));
  await writeRows(database, 'otp_logs', expiring, (index) => toExpiring(index, now));
}

function toActivity(index: number, at: Date): NewRow {
  const isMessage = index % 10 === 9;
  const action = isMessage ? 'message_send' : pick(ACTIONS, index);
  return {
    accountId: 'default',
    sessionId: pick(SESSIONS, index),
    action,
    verificationId: action.startsWith('otp_') ? `seeded-${index}` : null,
    phoneNumber: toPhoneNumber(index),
    status: index % 25 === 0 ? 'error' : 'success',
    details: DETAILS[action] ?? null,
    ipAddress: '192.0.2.1',
    duration: index % 90,
    countDue: isMessage ? at : null,
    createdAt: at,
    updatedAt: at,
  };
}

function toVerification(index: number, at: Date) {
  const end = pick(['verified', 'verified', 'verified', 'expired', 'failed'] as const, index);
  const isDelivered = end !== 'failed' && index % 7 !== 0;
  const isVerified = end === 'verified';
  const deliveredAt = isDelivered ? addSeconds(at, 1 + (index % 9)) : null;
  const isRead = isDelivered && (isVerified || index % 3 === 0);
  const readAt = isRead ? addSeconds(at, 10) : null;
  const verifiedAt = isVerified ? addSeconds(at, 12 + (index % 50)) : null;
  return {
    accountId: 'default',
    verificationId: `seeded-${at.getTime()}-${index}`,
    sessionId: pick(SESSIONS, index),
    phoneNumber: toPhoneNumber(index),
    lastDigits: lastDigitsOf(toPhoneNumber(index)),
    purpose: 'login',
    otpHash: '',
    secretVersion: 'seeded',
    status: end,
    channel: end === 'failed' ? null : 'whatsapp',
    attempts: isVerified ? 1 : 0,
    region: pick(REGIONS, index),
    expiresAt: addSeconds(at, 300),
    verifiedAt,
    deliveredAt,
    readAt,
    seen: toSeen({ end, isDelivered, isRead }),
    countDue: at,
    createdAt: at,
    updatedAt: at,
  };
}

type Fate = {
  readonly end: 'verified' | 'expired' | 'failed';
  readonly isDelivered: boolean;
  readonly isRead: boolean;
};

/** The events of a code as the bit set in its row (domain/analytics/funnel-stats.ts). */
function toSeen({ end, isDelivered, isRead }: Fate): number {
  const { asked, sent, delivered, read } = eventBits;
  const taken = end === 'failed' ? 0 : sent;
  return asked + taken + eventBits[end] + (isDelivered ? delivered : 0) + (isRead ? read : 0);
}

/** The single delivery of a verification. */
function toDelivery(verification: ReturnType<typeof toVerification>): NewRow {
  const { accountId, verificationId, sessionId, createdAt, deliveredAt, readAt } = verification;
  const isFailed = verification.status === 'failed';
  const acceptedAt = addSeconds(createdAt, 0.4);
  const known = deliveredAt === null ? 'accepted' : 'delivered';
  return {
    ...{ accountId, verificationId, sessionId, channel: 'whatsapp', deliveredAt, readAt },
    status: isFailed ? 'failed' : readAt === null ? known : 'read',
    reason: isFailed ? 'not_on_channel' : null,
    messageId: isFailed ? null : `seeded-${verificationId}`,
    acceptedAt: isFailed ? null : acceptedAt,
    failedAt: isFailed ? acceptedAt : null,
    createdAt,
    updatedAt: readAt ?? deliveredAt ?? acceptedAt,
  };
}

function toExpiring(index: number, at: Date): NewRow {
  const verificationId = `expiring-${at.getTime()}-${index}`;
  return {
    ...toVerification(index, at),
    verificationId,
    activeKey: verificationId,
    otpHash: 'seeded',
    status: 'sent',
    channel: 'whatsapp',
    attempts: 0,
    verifiedAt: null,
    deliveredAt: null,
    readAt: null,
    seen: eventBits.asked + eventBits.sent,
  };
}

function pick<T>(items: readonly [T, ...T[]] | readonly T[], index: number): T {
  return items[index % items.length] as T;
}

/** One of 20,000 numbers of a range that is not in use. */
function toPhoneNumber(index: number): string {
  return `+62899${String(10_000_000 + (index % 20_000))}`;
}
