import { groupBy } from '../../../lib/group-by.ts';
import type { Logger } from '../../../lib/logger.ts';
import type { Clock } from '../../../lib/time/clock.ts';
import type { KeyStore } from '../../../storage/access/api-key-store.ts';

type Dependencies = {
  readonly keys: Pick<KeyStore, 'touchUsed'>;
  readonly logger: Logger;
  readonly now: Clock;
};

const FLUSH_MS = 2000;

/** Notes when keys were last used, and writes it in the background every few seconds. */
export function createKeyUsage({ keys, logger, now }: Dependencies) {
  /** Whole seconds since 1970, so that one statement serves all keys of the same second. */
  let lastUses = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  function noteUse(keyId: string): void {
    lastUses.set(keyId, Math.floor(now().getTime() / 1000));
    timer ??= setTimeout(() => void flush(), FLUSH_MS).unref();
  }

  /** Writes what was noted. Resolves when all writes are done. */
  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(write);
    return writing;
  }

  /** A failed write is not repeated: the next use of the key replaces it. */
  async function write(): Promise<void> {
    const noted = groupBy(lastUses, ([, second]) => second);
    lastUses = new Map();
    try {
      for (const [second, uses] of noted) {
        const keyIds = uses.map(([keyId]) => keyId);
        await keys.touchUsed(keyIds, new Date(second * 1000));
      }
    } catch (err) {
      logger.warn({ err }, 'could not write when keys were last used');
    }
  }

  return { noteUse, flush };
}
