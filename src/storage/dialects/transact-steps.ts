import type { Statements, Step } from '../statement.ts';

/** Runs a task in a transaction, which is rolled back if the task throws. */
type Within = (task: (change: Statements['change']) => Promise<void>) => Promise<void>;

/** Thrown to roll back a transaction. */
class UnmetStep extends Error {
  override readonly name = 'UnmetStep';
}

/** Runs `steps` in the transaction of `within`; the implementation of `Statements.transact`. */
export async function transactSteps(steps: readonly Step[], within: Within): Promise<boolean> {
  try {
    await within(async (change) => {
      for (const { sql, values, expectedRows } of steps) {
        const touched = await change(sql, values);
        if (expectedRows !== undefined && touched !== expectedRows) throw new UnmetStep();
      }
    });
    return true;
  } catch (error) {
    if (error instanceof UnmetStep) return false;
    throw error;
  }
}
