import type { Statements, Step } from '../statement.ts';

/** Runs a task in a transaction, which is undone when the task throws. */
type Within = (task: (change: Statements['change']) => Promise<void>) => Promise<void>;

/** Thrown to have a transaction undone. */
class UnmetStep extends Error {
  override readonly name = 'UnmetStep';
}

/** Takes `steps` in the transaction that `within` makes, as `Statements.transact` promises. */
export async function transactSteps(steps: readonly Step[], within: Within): Promise<boolean> {
  try {
    await within(async (change) => {
      for (const { sql, values, touching } of steps) {
        const touched = await change(sql, values);
        if (touching !== undefined && touched !== touching) throw new UnmetStep();
      }
    });
    return true;
  } catch (error) {
    if (error instanceof UnmetStep) return false;
    throw error;
  }
}
