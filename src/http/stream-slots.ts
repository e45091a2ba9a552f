import { type Caller, nameOfPrincipal } from '../domain/caller.ts';
import { AppError } from '../domain/errors.ts';

type Options = {
  /** How many streams one key, or one person, may have open at once. */
  readonly perCaller: number;
  /** How many may be open on this node. */
  readonly perNode: number;
};

export type StreamSlots = ReturnType<typeof createStreamSlots>;

const RETRY_SECONDS = 5;

/** Bounds the answers that go on, such as streams of events: each keeps a connection to itself. */
export function createStreamSlots({ perCaller, perNode }: Options) {
  const open = new Map<string, number>();
  let total = 0;

  /**
   * Takes a place for a stream; call what it returns when the stream has ended, however often.
   * @throws {AppError} `rate_limited` when the caller has all of its places, `overloaded` when the node has.
   */
  function enter(caller: Caller): () => void {
    const name = `${caller.accountId}|${nameOfPrincipal(caller.principal)}`;
    const own = open.get(name) ?? 0;
    if (own >= perCaller) {
      throw new AppError(
        'rate_limited',
        `At most ${perCaller} streams may be open at once with one key or for one person`,
        { retryAfterSeconds: RETRY_SECONDS },
      );
    }
    if (total >= perNode) {
      throw new AppError('overloaded', 'Too many streams are open on this node; try again', {
        retryAfterSeconds: RETRY_SECONDS,
      });
    }
    open.set(name, own + 1);
    total += 1;
    let hasLeft = false;
    return () => {
      if (hasLeft) return;
      hasLeft = true;
      const left = (open.get(name) ?? 1) - 1;
      if (left > 0) open.set(name, left);
      else open.delete(name);
      total -= 1;
    };
  }

  return { enter, total: () => total };
}
