import { z } from 'zod';
import type { Logger } from '../../lib/logger.ts';
import type { MarkFiles } from '../../lib/mark-files.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { EpochStore } from '../../storage/operations/epoch-store.ts';
import type { NodeStore } from '../../storage/operations/node-store.ts';

type Dependencies = {
  readonly nodes: NodeStore;
  readonly epochs: EpochStore;
  /** Kept where restoring the database does not bring back older ones. */
  readonly files: MarkFiles;
  readonly logger: Logger;
  readonly now: Clock;
};

/** What a process remembers of the database, outside of it. */
const Mark = z.object({
  epoch: z.int(),
  node: z.string(),
  beat: z.int(),
  /** The verifications that it used up last. */
  used: z.array(z.int()),
});
type Mark = z.infer<typeof Mark>;

/** What ends: the live verifications, or with them all logins and kept answers. */
export type Ending = 'all' | 'verifications';

export type RestoreWatch = ReturnType<typeof createRestoreWatch>;

/** A database that no node has touched for so long, and of which this machine remembers nothing, may be an old copy. */
const LONG_SILENCE_MS = 120_000;

/**
 * Notices that an older database was put in the place of this one: by beats that it does not know of, and
 * by verifications that were used up here and are live there.
 */
export function createRestoreWatch({ nodes, epochs, files, logger, now }: Dependencies) {
  let hasWarned = false;

  /** What of a database in the epoch `seen` must be ended: all, its verifications only, or nothing. */
  async function judge(seen: number): Promise<Ending | 'nothing'> {
    const marks = readMarks();
    for (const mark of marks) if (await isAhead(mark, seen)) return 'all';
    if (marks.length > 0) return 'nothing';
    const lastSign = await nodes.findLastSign();
    const isSilent = lastSign !== undefined && lastSign < now().getTime() - LONG_SILENCE_MS;
    return isSilent ? 'verifications' : 'nothing';
  }

  function readMarks(): Mark[] {
    return [...files.readAll().values()].flatMap((content) => {
      const mark = Mark.safeParse(content);
      return mark.success ? [mark.data] : [];
    });
  }

  /** Whether a process remembers more than the database knows, which is in the epoch `seen`. */
  async function isAhead(mark: Mark, seen: number): Promise<boolean> {
    // Another node has noticed it, and ended what was there, since the mark was made.
    if (seen > mark.epoch) return false;
    if (seen < mark.epoch) return true;
    const beat = await nodes.findBeat(mark.node);
    if (beat === undefined || beat < mark.beat) return true;
    return nodes.isAnyLive(mark.used);
  }

  /**
   * Begins an epoch later than every one that anybody here remembers, unless the database is in another
   * than `seen` by now: then false, another node was first.
   */
  function endPast(seen: number, known: number, what: Ending): Promise<boolean> {
    const remembered = readMarks().map((mark) => mark.epoch);
    const next = Math.max(seen, known, ...remembered) + 1;
    return epochs.begin({ seen, next }, { logins: what === 'all' }, now());
  }

  /** Writes a mark. A disk that takes none is told of once: nothing else depends on it. */
  async function remember(mark: Mark): Promise<void> {
    try {
      await files.write(mark.node, mark);
    } catch (err) {
      if (hasWarned) return;
      hasWarned = true;
      logger.warn(
        { err },
        'The state folder (STATE_PATH) cannot be written: a restored database will not be noticed. Run `npm run db:restored` after every restore.',
      );
    }
  }

  /** Forgets what dead processes remembered, once their marks are judged and one's own is there. */
  async function forgetDead(self: string): Promise<void> {
    const names = [...files.readAll().keys()];
    if (!names.includes(self)) return;
    const alive = await nodes.listAlive(now().getTime());
    for (const name of names) if (!alive.includes(name)) files.remove(name);
  }

  /** The verifications that the processes of this machine used up last. */
  function readUsed(): number[] {
    return [...new Set(readMarks().flatMap(({ used }) => used))].sort((a, b) => a - b);
  }

  return { judge, readUsed, isAhead, endPast, remember, forgetDead };
}
