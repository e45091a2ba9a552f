import type { Database } from '../database.ts';
import { type Row, toDate } from '../statement.ts';

/** A number that is never written to, with the code that opens it, hashed. */
export type TestNumber = {
  readonly phoneNumber: string;
  readonly codeDigest: string;
  readonly secretVersion: string;
  readonly validUntil: Date;
  readonly createdAt: Date;
};

export type TestNumberStore = ReturnType<typeof createTestNumberStore>;

const COLUMNS = `"phoneNumber", "otpHash", "secretVersion", "validUntil", "createdAt"`;

/** Keeps the test numbers of each account. */
export function createTestNumberStore({ statements }: Database) {
  const { select, change, insert } = statements;

  /** The numbers of one account, in their order. */
  async function list(accountId: string): Promise<TestNumber[]> {
    const rows = await select(
      `SELECT ${COLUMNS} FROM "test_numbers" WHERE "accountId" = $1 ORDER BY "phoneNumber"`,
      [accountId],
    );
    return rows.map(toTestNumber);
  }

  /** Makes a number a test number, or gives it another code and time. */
  async function save(
    accountId: string,
    number: Omit<TestNumber, 'createdAt'>,
    now: Date,
  ): Promise<void> {
    const { phoneNumber, codeDigest, secretVersion, validUntil } = number;
    const values = [accountId, phoneNumber, codeDigest, secretVersion, validUntil, now];
    const update = () =>
      change(
        `UPDATE "test_numbers" SET "otpHash" = $3, "secretVersion" = $4, "validUntil" = $5,
           "updatedAt" = $6
         WHERE "accountId" = $1 AND "phoneNumber" = $2`,
        values,
      );
    if ((await update()) === 1) return;
    const isNew = await insert(
      `INSERT INTO "test_numbers" ("accountId", "phoneNumber", "otpHash", "secretVersion",
         "validUntil", "createdAt", "updatedAt")
       VALUES ($1, $2, $3, $4, $5, $6, $6)`,
      values,
    );
    // Another caller made it in between.
    if (!isNew) await update();
  }

  /** Makes it a number like any other; false when it was one. */
  async function remove(accountId: string, phoneNumber: string): Promise<boolean> {
    const removed = await change(
      `DELETE FROM "test_numbers" WHERE "accountId" = $1 AND "phoneNumber" = $2`,
      [accountId, phoneNumber],
    );
    return removed === 1;
  }

  return { list, save, remove };
}

function toTestNumber(row: Row): TestNumber {
  return {
    phoneNumber: String(row['phoneNumber']),
    codeDigest: String(row['otpHash']),
    secretVersion: String(row['secretVersion']),
    validUntil: toDate(row['validUntil']),
    createdAt: toDate(row['createdAt']),
  };
}
