import { addSeconds } from '../../lib/time/clock.ts';
import type { Database } from '../database.ts';
import { Delivery } from '../models/delivery/delivery.ts';
import { OTPLog } from '../models/verification/otp-log.ts';
import { placeholders, type Row, type Value } from '../statement.ts';
import type { Selected } from '../table.ts';

const ofDelivery = Delivery.pick(
  ...(['verificationId', 'channel', 'status', 'reason', 'createdAt', 'updatedAt'] as const),
);
const ofVerification = OTPLog.pick('phoneNumber', 'purpose', 'region');

/** A message with a code of a verify service. */
export type Attempt = Selected<typeof ofDelivery> &
  Selected<typeof ofVerification> & {
    /** Its position among the messages of its verification; 0 is the first. */
    readonly ordinal: number;
    /** Whether it was the latest message when its verification was verified. */
    readonly isConverted: boolean;
  };

/** Selects attempts of an account. An undefined field is no restriction. */
export type AttemptFilter = {
  readonly accountId: string;
  readonly purposes: readonly string[];
  readonly verificationId?: string | undefined;
  readonly phoneNumber?: string | undefined;
  /** ISO 3166. */
  readonly region?: string | undefined;
  /** The kinds of channels, without labels. */
  readonly channelKinds?: readonly string[] | undefined;
  /** What the numbers begin with, such as `+62`. */
  readonly prefix?: string | undefined;
  readonly isConverted?: boolean | undefined;
  readonly after?: Date | undefined;
  readonly before?: Date | undefined;
};

/** Part of a list: `limit` entries after the first `offset`. */
export type AttemptPage = { readonly limit: number; readonly offset: number };

export type AttemptStore = ReturnType<typeof createAttemptStore>;

/** The longest time between a verification and its last message. */
const LIFE_SECONDS = 600;

const CONVERTED = `("otp_logs"."status" = 'verified' AND "otp_logs"."messageId" = "deliveries"."messageId")`;

/** COALESCE, because SQLite would otherwise read all messages, and look up the verification of each. */
const FROM = `FROM "otp_logs"
  JOIN "deliveries" ON "deliveries"."verificationId" = COALESCE("otp_logs"."verificationId", '')`;

const ATTEMPT = `SELECT ${ofDelivery.columns}, ${ofVerification.columns},
  CASE WHEN ${CONVERTED} THEN 1 ELSE 0 END AS "converted",
  (SELECT COUNT(*) FROM "deliveries" AS "earlier" WHERE "earlier"."verificationId" = "deliveries"."verificationId"
     AND "earlier"."id" < "deliveries"."id") AS "ordinal"`;

/** Reads the messages that verify services have sent. */
export function createAttemptStore({ statements: { select } }: Pick<Database, 'statements'>) {
  /** Lists attempts, newest verification first, and the messages of each one in their order. */
  async function list(filter: AttemptFilter, { limit, offset }: AttemptPage): Promise<Attempt[]> {
    if (filter.purposes.length === 0) return [];
    const { where, values } = toWhere(filter);
    const rows = await select(
      `${ATTEMPT} ${FROM} WHERE ${where}
       ORDER BY "otp_logs"."createdAt" DESC, "otp_logs"."id" DESC, "deliveries"."id"
       LIMIT ${limit} OFFSET ${offset}`,
      values,
    );
    return rows.map(toAttempt);
  }

  /** Counts attempts, and how many of them were converted. */
  async function count(filter: AttemptFilter) {
    if (filter.purposes.length === 0) return { total: 0, converted: 0 };
    const { where, values } = toWhere(filter);
    const [row] = await select(
      `SELECT COUNT(*) AS "total", SUM(CASE WHEN ${CONVERTED} THEN 1 ELSE 0 END) AS "converted"
       ${FROM} WHERE ${where}`,
      values,
    );
    return { total: Number(row?.['total'] ?? 0), converted: Number(row?.['converted'] ?? 0) };
  }

  /** Lists the attempts of the verification of an account whose ID begins with `start`, in their order. */
  async function listByStart(accountId: string, start: string): Promise<Attempt[]> {
    const rows = await select(
      `${ATTEMPT} ${FROM}
       WHERE "otp_logs"."verificationId" >= $2 AND "otp_logs"."verificationId" < $3
         AND "otp_logs"."accountId" = $1
       ORDER BY "deliveries"."id"`,
      // IDs of verify services are hexadecimal.
      [accountId, start, `${start}g`],
    );
    return rows.map(toAttempt);
  }

  return { list, count, listByStart };
}

function toAttempt(row: Row): Attempt {
  return {
    ...ofDelivery.decode(row),
    ...ofVerification.decode(row),
    ordinal: Number(row['ordinal']),
    isConverted: Number(row['converted']) === 1,
  };
}

/**
 * The conditions of a filter. The time of a verification has an index, that of its messages has none for an account: both
 * are given.
 */
function toWhere(filter: AttemptFilter) {
  const values: Value[] = [filter.accountId];
  const clauses = ['"otp_logs"."accountId" = $1'];
  const add = (condition: (parameter: string) => string, ...given: (Value | undefined)[]) => {
    if (given.some((value) => value === undefined)) return;
    const from = values.push(...(given as Value[])) - given.length + 1;
    clauses.push(condition(placeholders(given.length, from)));
  };
  const { after, before, channelKinds, prefix, isConverted } = filter;
  add((names) => `"otp_logs"."purpose" IN (${names})`, ...filter.purposes);
  add((name) => `"otp_logs"."verificationId" = ${name}`, filter.verificationId);
  add((name) => `"otp_logs"."phoneNumber" = ${name}`, filter.phoneNumber);
  add((name) => `"otp_logs"."region" = ${name}`, filter.region);
  add((name) => `"otp_logs"."phoneNumber" LIKE ${name}`, prefix && `${prefix}%`);
  add((name) => `"otp_logs"."createdAt" >= ${name}`, after && addSeconds(after, -LIFE_SECONDS));
  add((name) => `"deliveries"."createdAt" >= ${name}`, after);
  add((name) => `"otp_logs"."createdAt" <= ${name}`, before);
  add((name) => `"deliveries"."createdAt" <= ${name}`, before);
  if (isConverted !== undefined)
    clauses.push(isConverted ? CONVERTED : `NOT COALESCE(${CONVERTED}, FALSE)`);
  if (channelKinds) {
    const kinds = channelKinds.map((kind) => {
      const from = values.push(kind, `${kind}:%`) - 1;
      return `"deliveries"."channel" = $${from} OR "deliveries"."channel" LIKE $${from + 1}`;
    });
    clauses.push(kinds.length > 0 ? `(${kinds.join(' OR ')})` : '1 = 0');
  }
  return { where: clauses.join(' AND '), values };
}
