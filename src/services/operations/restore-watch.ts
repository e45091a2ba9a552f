import { z } from 'zod';
import type { MarkFiles } from '../../lib/files/mark-files.ts';
import type { Logger } from '../../lib/logger.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { EpochStore } from '../../storage/operations/epoch-store.ts';
import type { NodeStore } from '../../storage/operations/node-store.ts';
import type { Step } from '../../storage/statement.ts';

type Dependencies = {
  readonly nodes: NodeStore;
  readonly epochs: EpochStore;
  /** Stored where a restore of the database does not affect them. */
  readonly files: MarkFiles;
  readonly logger: Logger;
  readonly now: Clock;
};

/** What a process stores about the database, outside it. */
const Mark = z.object({
  epoch: z.int(),
  node: z.string(),
  beat: z.int(),
  /** The verifications that it used up most recently. */
  used: z.array(z.int()),
});
type Mark = z.infer<typeof Mark>;

/** What ends: the live verifications only, or also all logins and stored responses. */
export type Ending = 'all' | 'verifications';

export type RestoreWatch = ReturnType<typeof createRestoreWatch>;

/** A database without a heartbeat for this long, and without a mark on this machine, may be an old copy. */
const LONG_SILENCE_MS = 120_000;

/**
 * Detects that the database was replaced by an older copy: heartbeats are missing in it, or verifications
 * that were used up here are live there.
 */
export function createRestoreWatch({ nodes, epochs, files, logger, now }: Dependencies) {
  let hasWarned = false;

  /** What must end in a database in the epoch `seen`: everything, its verifications only, or nothing. */
  async function judge(seen: number): Promise<Ending | 'nothing'> {
    const marks = readMarks(files);
    for (const mark of marks) if (await isAhead(mark, seen)) return 'all';
    if (marks.length > 0) return 'nothing';
    const lastSign = await nodes.findLastSign();
    const isSilent = lastSign !== undefined && lastSign < now().getTime() - LONG_SILENCE_MS;
    return isSilent ? 'verifications' : 'nothing';
  }

  /** Whether a mark is ahead of the database, which is in the epoch `seen`. */
  async function isAhead(mark: Mark, seen: number): Promise<boolean> {
    // Since the mark was written, another node has detected a restore and ended the past.
    if (seen > mark.epoch) return false;
    if (seen < mark.epoch) return true;
    const beat = await nodes.findBeat(mark.node);
    if (beat === undefined || beat < mark.beat) return true;
    return nodes.isAnyLive(mark.used);
  }

  /**
   * Begins an epoch after all that the marks of this machine know. Returns false if the database is no
   * longer in the epoch `seen`: another node was first. `also` is done in the same transaction.
   */
  function endPast(
    seen: number,
    known: number,
    what: Ending,
    also: readonly Step[] = [],
  ): Promise<boolean> {
    const remembered = readMarks(files).map((mark) => mark.epoch);
    const next = Math.max(seen, known, ...remembered) + 1;
    return epochs.begin({ seen, next }, { logins: what === 'all', also }, now());
  }

  /** Writes a mark. A failure is logged once, since nothing else depends on it. */
  async function remember(mark: Mark): Promise<void> {
    try {
      await files.write(mark.node, mark);
    } catch (err) {
      if (hasWarned) return;
      hasWarned = true;
      logger.warn(
        { err },
        'The state folder (STATE_PATH) cannot be written: a restored database will not be noticed. Run `waverify db-restored` after every restore.',
      );
    }
  }

  /** The verifications that processes of this machine used up most recently. */
  function readUsed(): number[] {
    return [...new Set(readMarks(files).flatMap(({ used }) => used))].sort((a, b) => a - b);
  }

  return {
    ...{ judge, readUsed, isAhead, endPast, remember },
    forgetDead: (self: string) => forgetDead({ nodes, files, now }, self),
  };
}

/** Deletes the marks of dead processes, once they are judged and this process has its own. */
async function forgetDead(
  { nodes, files, now }: Pick<Dependencies, 'nodes' | 'files' | 'now'>,
  self: string,
): Promise<void> {
  const names = [...files.readAll().keys()];
  if (!names.includes(self)) return;
  const alive = (await nodes.listAliveNodes(now())).map(({ id }) => id);
  for (const name of names) if (!alive.includes(name)) files.remove(name);
}

function readMarks(files: MarkFiles): Mark[] {
  return [...files.readAll().values()].flatMap((content) => {
    const mark = Mark.safeParse(content);
    return mark.success ? [mark.data] : [];
  });
}
