import type { Database } from '../database.ts';
import type { TestNumber as TestNumberModel } from '../models/verification/test-number.ts';
import type { RowOf } from '../table.ts';

/** A number that never gets messages, with the hash of its fixed code. */
export type TestNumber = {
  readonly phoneNumber: string;
  readonly codeDigest: string;
  readonly secretVersion: string;
  readonly validUntil: Date;
  readonly createdAt: Date;
};

export type TestNumberStore = ReturnType<typeof createTestNumberStore>;

/** Stores the test numbers of each account. */
export function createTestNumberStore({ models }: Database) {
  /** Lists the test numbers of an account in ascending order. */
  async function list(accountId: string): Promise<TestNumber[]> {
    const rows = await models.TestNumber.findRows({
      where: { accountId },
      order: [['phoneNumber', 'ASC']],
    });
    return rows.map(toTestNumber);
  }

  /** Creates a test number, or replaces its code and time. */
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
    // Another caller may have created it in between.
    if (!(await models.TestNumber.insertRow(row))) await update();
  }

  /** Deletes a test number; false if it does not exist. */
  async function remove(accountId: string, phoneNumber: string): Promise<boolean> {
    return (await models.TestNumber.destroy({ where: { accountId, phoneNumber } })) === 1;
  }

  return { list, save, remove };
}

function toTestNumber(row: RowOf<typeof TestNumberModel>): TestNumber {
  const { phoneNumber, otpHash, secretVersion, validUntil, createdAt } = row;
  return { phoneNumber, codeDigest: otpHash, secretVersion, validUntil, createdAt };
}
