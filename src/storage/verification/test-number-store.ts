import type { Database } from '../database.ts';
import type { TestNumber as TestNumberModel } from '../models/verification/test-number.ts';
import type { RowOf } from '../table.ts';

/** A number that is never written to, with the code that opens it, hashed. */
export type TestNumber = {
  readonly phoneNumber: string;
  readonly codeDigest: string;
  readonly secretVersion: string;
  readonly validUntil: Date;
  readonly createdAt: Date;
};

export type TestNumberStore = ReturnType<typeof createTestNumberStore>;

/** Keeps the test numbers of each account. */
export function createTestNumberStore({ statements, models }: Database) {
  /** The numbers of one account, in their order. */
  async function list(accountId: string): Promise<TestNumber[]> {
    const rows = await models.TestNumber.findRows({
      where: { accountId },
      order: [['phoneNumber', 'ASC']],
    });
    return rows.map(toTestNumber);
  }

  /** Makes a number a test number, or gives it another code and time. */
  async function save(
    accountId: string,
    number: Omit<TestNumber, 'createdAt'>,
    now: Date,
  ): Promise<void> {
    const { phoneNumber, codeDigest, secretVersion, validUntil } = number;
    const values = { otpHash: codeDigest, secretVersion, validUntil, updatedAt: now };
    const update = () => models.TestNumber.update(values, { where: { accountId, phoneNumber } });
    const [updated] = await update();
    if (updated === 1) return;
    await models.Account.ensure(accountId, now);
    const row = { ...values, accountId, phoneNumber, createdAt: now };
    const insertion = models.TestNumber.insertion(row);
    // Another caller may make it in between.
    if (!(await statements.insert(insertion.sql, insertion.values))) await update();
  }

  /** Makes it a number like any other; false when it was one. */
  async function remove(accountId: string, phoneNumber: string): Promise<boolean> {
    return (await models.TestNumber.destroy({ where: { accountId, phoneNumber } })) === 1;
  }

  return { list, save, remove };
}

function toTestNumber(row: RowOf<typeof TestNumberModel>): TestNumber {
  const { phoneNumber, otpHash, secretVersion, validUntil, createdAt } = row;
  return { phoneNumber, codeDigest: otpHash, secretVersion, validUntil, createdAt };
}
