import { addSeconds } from '../../src/lib/time/clock.ts';
import type { Database } from '../../src/storage/database.ts';
import { type NewRow, writeRows } from './write-rows.ts';

type Amount = {
  readonly accounts: number;
  readonly sessions: number;
  readonly counters: number;
  readonly now: Date;
};

const DAY_SECONDS = 86_400;

/** The limits that lock a number. */
const LOCKS = ['otp-fail-phone-hour', 'otp-fail-phone-day', 'otp-fail-row', 'otp-fail-row-id'];

/** Numbers of a range that is not in use. */
const NUMBERS = 50_000;

/**
 * Writes what an installation has after a long time: accounts, sessions of the default account that are
 * logged out, and counters of wrong codes. Each number has counters of every lock, in several accounts.
 */
export async function writeGrowth(database: Database, amount: Amount): Promise<void> {
  const { accounts, sessions, counters, now } = amount;
  await writeRows(database, 'accounts', accounts, (index) => toAccount(index, now));
  await writeRows(database, 'sessions', sessions, (index) => toSession(index, now));
  const resetsAt = addSeconds(now, DAY_SECONDS).getTime();
  await writeRows(database, 'rate_limits', counters, (index) => ({
    limitKey: toLimitKey(index),
    resetsAt,
  }));
}

function toAccount(index: number, at: Date): NewRow {
  const id = toAccountId(index);
  return { id, name: id, createdAt: at, updatedAt: at };
}

function toAccountId(index: number): string {
  return `seeded-${index}`;
}

function toSession(index: number, at: Date): NewRow {
  return {
    accountId: 'default',
    sessionId: `seeded-${index}`,
    state: 'logged_out',
    stateReason: 'logged_out',
    status: 'error',
    userPhone: toPhoneNumber(index),
    connectedAt: at,
    disconnectedAt: at,
    createdAt: at,
    updatedAt: at,
  };
}

function toLimitKey(index: number): string {
  const lock = LOCKS[index % LOCKS.length];
  const subject = Math.floor(index / LOCKS.length);
  const accountId = toAccountId(Math.floor(subject / NUMBERS));
  return `${lock}|${accountId}|${toPhoneNumber(subject % NUMBERS)}`;
}

function toPhoneNumber(index: number): string {
  return `+62899${10_000_000 + index}`;
}
