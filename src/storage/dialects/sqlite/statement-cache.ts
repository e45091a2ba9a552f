import { LRUCache } from 'lru-cache';
import type sqlite3 from 'sqlite3';

/**
 * How many statements a connection keeps. All that requests and jobs repeat are fewer. The others are statements of
 * different lengths, such as lists of IDs: without a limit, their number grows for as long as the process runs.
 */
const MOST_PREPARED = 500;

type Prepared = {
  readonly statement: Promise<sqlite3.Statement>;
  /** Calls that have begun and not ended. */
  uses: number;
  isDropped: boolean;
  finalized?: Promise<void>;
};

/** Keeps the prepared statements of a connection that were used last. */
export function createStatementCache(database: sqlite3.Database, max = MOST_PREPARED) {
  const cache = new LRUCache<string, Prepared>({
    max,
    dispose(entry) {
      entry.isDropped = true;
      if (entry.uses === 0) void finalizeOnce(entry);
    },
  });

  /** Prepares a statement, unless it is known, and calls it. It is not finalized before the call has ended. */
  async function use<T>(
    sql: string,
    call: (statement: sqlite3.Statement) => Promise<T>,
  ): Promise<T> {
    const entry = cache.get(sql) ?? prepare(sql);
    entry.uses += 1;
    try {
      return await call(await entry.statement);
    } finally {
      entry.uses -= 1;
      if (entry.isDropped && entry.uses === 0) void finalizeOnce(entry);
    }
  }

  /** Waits until a statement is prepared: the driver drops calls that wait for one that fails. */
  function prepare(sql: string): Prepared {
    const statement = new Promise<sqlite3.Statement>((resolve, reject) => {
      const preparing = database.prepare(numbered(sql), (error: Error | null) =>
        error ? reject(error) : resolve(preparing),
      );
    });
    const entry: Prepared = { statement, uses: 0, isDropped: false };
    cache.set(sql, entry);
    statement.catch(() => cache.delete(sql));
    return entry;
  }

  return {
    use,
    count: () => cache.size,
    /** Finalizes all statements. Nothing may use them any longer. */
    async close(): Promise<void> {
      const entries = [...cache.values()];
      cache.clear();
      await Promise.all(entries.map(finalizeOnce));
    },
  };
}

/** Does nothing if it could not be prepared. The driver never answers a second time. */
function finalizeOnce(entry: Prepared): Promise<void> {
  entry.finalized ??= finalize(entry);
  return entry.finalized;
}

async function finalize({ statement }: Prepared): Promise<void> {
  const prepared = await statement.catch(() => undefined);
  if (prepared) await new Promise<void>((resolve) => prepared.finalize(() => resolve()));
}

/** In SQLite, `$1` is a named parameter and `?1` a numbered one. */
function numbered(sql: string): string {
  return sql.replaceAll(/\$(\d+)/g, '?$1');
}
