import { type Caller, formatCaller } from '../../../domain/access/caller.ts';
import { AppError } from '../../../domain/errors.ts';

type Options = {
  /** How many streams one API key or user may have open. */
  readonly perCaller: number;
  /** How many one account may have open. */
  readonly perAccount: number;
  /** How many may be open on this node. */
  readonly perNode: number;
};

export type StreamSlots = ReturnType<typeof createStreamSlots>;

const RETRY_SECONDS = 5;

/** Limits long-lived responses such as event streams, because each occupies a connection. */
export function createStreamSlots({ perCaller, perAccount, perNode }: Options) {
  const open = new Map<string, number>();
  let total = 0;

  /**
   * Takes a slot for a stream. Call the returned function when the stream has ended; further calls have
   * no effect.
   * @throws {AppError} `rate_limited` when the caller or its account has no free slot, `overloaded`
   * when the node has none.
   */
  function enter(caller: Caller): () => void {
    const names = [formatCaller(caller), caller.accountId] as const;
    assertRoom(names[0], perCaller, 'per API key or user');
    assertRoom(names[1], perAccount, 'per account on this node');
    if (total >= perNode) {
      throw new AppError('overloaded', 'Too many streams are open on this node. Try again.', {
        retryAfterSeconds: RETRY_SECONDS,
      });
    }
    change(names, 1);
    let hasLeft = false;
    return () => {
      if (hasLeft) return;
      hasLeft = true;
      change(names, -1);
    };
  }

  function assertRoom(name: string, most: number, whose: string): void {
    if ((open.get(name) ?? 0) < most) return;
    throw new AppError('rate_limited', `At most ${most} streams may be open at once ${whose}`, {
      retryAfterSeconds: RETRY_SECONDS,
    });
  }

  function change(names: readonly string[], by: 1 | -1): void {
    total += by;
    for (const name of names) {
      const count = (open.get(name) ?? 0) + by;
      if (count > 0) open.set(name, count);
      else open.delete(name);
    }
  }

  return { enter, total: () => total };
}
