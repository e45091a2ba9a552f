import { named } from '../statement.ts';
import { IN_TIME, LIVE } from './live-verification.ts';

type Times = 'now' | 'createdUntil' | 'expiresUntil';

/**
 * The condition under which a message of `phoneNumber` may count: no other person's message has counted before, and no
 * code was sent back. Two messages at the same moment cannot both meet it.
 */
const IS_OPEN_TO = `"id" = :id AND "method" = 'inbound' AND ${LIVE} AND ${IN_TIME}
  AND "otpHash" = '' AND "phoneNumber" IN ('', :phoneNumber)`;

const SET_PERSON = `"phoneNumber" = :phoneNumber, "lastDigits" = :lastDigits, "region" = :region,
  "updatedAt" = :now`;

type Person = 'id' | 'phoneNumber' | 'lastDigits' | 'region' | Times;

/** Stores whose message it was. Only that person can be verified from then on. */
export const BIND_PERSON = named<Person>(`UPDATE "otp_logs" SET ${SET_PERSON} WHERE ${IS_OPEN_TO}`);

/** The same, with the digest of the code that is sent back. */
export const GIVE_CODE = named<Person | 'codeDigest' | 'secretVersion'>(
  `UPDATE "otp_logs" SET ${SET_PERSON}, "otpHash" = :codeDigest, "secretVersion" = :secretVersion
   WHERE ${IS_OPEN_TO}`,
);

/** Forgets a code that could not be sent, so that the person can send the message again. */
export const TAKE_CODE_BACK = named<'id' | 'codeDigest' | 'askedNumber' | 'lastDigits' | 'now'>(
  `UPDATE "otp_logs" SET "phoneNumber" = :askedNumber, "lastDigits" = :lastDigits, "otpHash" = '',
     "updatedAt" = :now
   WHERE "id" = :id AND ${LIVE} AND "otpHash" = :codeDigest AND "attempts" = 0`,
);

/** Hands the result out once, to the caller who asks for it. */
export const REDEEM = named<'verificationId' | 'now'>(
  `UPDATE "inbound_verifications" SET "redeemedAt" = :now, "updatedAt" = :now
   WHERE "verificationId" = :verificationId AND "redeemedAt" IS NULL`,
);

/** Stores that the right message has arrived. */
export const NOTE_RECEIVED = named<'verificationId' | 'now'>(
  `UPDATE "inbound_verifications" SET "receivedAt" = :now, "problem" = NULL, "updatedAt" = :now
   WHERE "verificationId" = :verificationId`,
);

/** Stores why a message with the right token did not count. */
export const NOTE_REFUSED = named<'verificationId' | 'problem' | 'now'>(
  `UPDATE "inbound_verifications" SET "refusals" = "refusals" + 1, "problem" = :problem, "updatedAt" = :now
   WHERE "verificationId" = :verificationId AND "receivedAt" IS NULL`,
);
