import { lastDigitsOf } from '../../domain/recipient.ts';
import { findInboundProblem, type InboundProblem } from '../../domain/verification/inbound.ts';
import type { Verification } from '../../domain/verification/verification.ts';
import type { Database } from '../database.ts';
import { InboundVerification } from '../models/verification/inbound-verification.ts';
import { OTPLog, verification as ofVerification } from '../models/verification/otp-log.ts';
import { placeholders, type Step } from '../statement.ts';
import type { NewRowOf, RowOf } from '../table.ts';
import {
  BIND_PERSON,
  GIVE_CODE,
  NOTE_RECEIVED,
  NOTE_REFUSED,
  REDEEM,
  TAKE_CODE_BACK,
} from './inbound-statements.ts';
import { timesAt } from './live-verification.ts';
import { toVerification } from './verification-row.ts';

type InboundRow = RowOf<typeof InboundVerification>;

/** What is stored about a verification by an incoming message, besides its status. */
export type StoredInbound = Omit<InboundRow, 'tokenDigest' | 'problem' | 'updatedAt'> & {
  readonly problem: InboundProblem | undefined;
};

/** A verification and what belongs to it. */
export type FoundInbound = {
  readonly inbound: StoredInbound;
  readonly verification: Verification;
  readonly companyName: string | undefined;
};

export type NewInbound = Omit<NewRowOf<typeof InboundVerification>, 'createdAt' | 'updatedAt'>;

/** Whose message it was: the number (E.164) and its region (ISO 3166, or empty). */
type Person = { readonly id: number; readonly phoneNumber: string; readonly region: string };

type HashedCode = { readonly codeDigest: string; readonly secretVersion: string };

const company = OTPLog.pick('companyName');

export type InboundStore = ReturnType<typeof createInboundStore>;

/** Stores verifications by an incoming message. Their status is that of their row in `otp_logs`. */
export function createInboundStore({ statements, models }: Database) {
  const { select, change } = statements;
  const isChanged = async ({ sql, values }: Step) => (await change(sql, values)) === 1;

  /** Stores the digest of a token, before the verification is opened; false if there is the same one. */
  function add(created: NewInbound, now: Date): Promise<boolean> {
    return models.InboundVerification.insertRow({ ...created, createdAt: now, updatedAt: now });
  }

  /** Finds the verification of a token, live or ended, by one of its digests. */
  async function findByToken(tokenDigests: readonly string[]): Promise<FoundInbound | undefined> {
    return findOne(`"tokenDigest" IN (${placeholders(tokenDigests.length)})`, tokenDigests);
  }

  async function find(verificationId: string): Promise<FoundInbound | undefined> {
    return findOne(`"inbound_verifications"."verificationId" = $1`, [verificationId]);
  }

  async function findOne(
    where: string,
    values: readonly string[],
  ): Promise<FoundInbound | undefined> {
    const [row] = await select(
      `SELECT ${InboundVerification.columns} FROM "inbound_verifications" WHERE ${where}`,
      values,
    );
    const inbound = row && toInbound(InboundVerification.decode(row));
    if (!inbound) return undefined;
    const [found] = await select(
      `SELECT ${ofVerification.columns}, ${company.columns} FROM "otp_logs" WHERE "verificationId" = $1`,
      [inbound.verificationId],
    );
    if (!found) return undefined;
    const verification = toVerification(ofVerification.decode(found));
    return { inbound, verification, ...company.decode(found) };
  }

  /** Stores whose message it was; false if another person's was first, or the verification has ended. */
  function bindPerson(person: Person, now: Date): Promise<boolean> {
    return isChanged(BIND_PERSON.with({ ...toPersonValues(person), ...timesAt(now) }));
  }

  /** The same, with the code that is sent back; false also if one was sent back before. */
  function giveCode(person: Person, hashed: HashedCode, now: Date): Promise<boolean> {
    const values = { ...toPersonValues(person), ...hashed, ...timesAt(now) };
    return isChanged(GIVE_CODE.with(values));
  }

  /**
   * Forgets a code that could not be sent. `askedNumber` is the number that the request named, or empty. False, without a
   * change, if the code was tried or the verification has ended.
   */
  function takeCodeBack(
    id: number,
    { codeDigest, askedNumber }: { readonly codeDigest: string; readonly askedNumber: string },
    now: Date,
  ): Promise<boolean> {
    const lastDigits = lastDigitsOf(askedNumber);
    return isChanged(TAKE_CODE_BACK.with({ id, codeDigest, askedNumber, lastDigits, now }));
  }

  /** Stores that the right message has arrived. */
  async function noteReceived(verificationId: string, now: Date): Promise<void> {
    await isChanged(NOTE_RECEIVED.with({ verificationId, now }));
  }

  /** Stores why a message with the right token did not count, unless the right message has arrived. */
  async function noteRefused(verificationId: string, problem: string, now: Date): Promise<void> {
    await isChanged(NOTE_REFUSED.with({ verificationId, problem, now }));
  }

  /** Hands the result out; true once. */
  function redeem(verificationId: string, now: Date): Promise<boolean> {
    return isChanged(REDEEM.with({ verificationId, now }));
  }

  async function remove(verificationId: string): Promise<void> {
    await change(`DELETE FROM "inbound_verifications" WHERE "verificationId" = $1`, [
      verificationId,
    ]);
  }

  /** Deletes up to `batch` rows that were created before `before`; returns how many. */
  async function prune(before: Date, batch: number): Promise<number> {
    const old = await select(
      `SELECT "verificationId" FROM "inbound_verifications" WHERE "createdAt" < $1
       ORDER BY "createdAt" LIMIT ${batch}`,
      [before],
    );
    if (old.length === 0) return 0;
    return change(
      `DELETE FROM "inbound_verifications" WHERE "verificationId" IN (${placeholders(old.length)})`,
      old.map((row) => String(row['verificationId'])),
    );
  }

  return {
    ...{ add, find, findByToken, bindPerson, giveCode, takeCodeBack },
    ...{ noteReceived, noteRefused, redeem, remove, prune },
  };
}

function toPersonValues(person: Person) {
  return { ...person, lastDigits: lastDigitsOf(person.phoneNumber) };
}

function toInbound({ tokenDigest: _, updatedAt: __, problem, ...row }: InboundRow): StoredInbound {
  return { ...row, problem: findInboundProblem(problem) };
}
