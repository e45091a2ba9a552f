import { findFaultCode } from '../../fault-reason.ts';
import type { Row } from '../../statement.ts';
import type { Driver, Parameter } from '../server-pool.ts';

/** What is used of the client of `pg`. */
type Client = {
  query(query: {
    readonly text: string;
    readonly values: readonly unknown[];
    readonly name?: string;
  }): Promise<{ readonly rows: Row[]; readonly rowCount: number | null }>;
};

/** A prepared statement is not there, or exists already: a proxy such as PgBouncer has moved the connection. */
const MOVED = new Set(['26000', '42P05']);

/** A migration has changed what a prepared statement returns. A new connection prepares it again. */
const STALE = '0A000';

/**
 * Runs statements by `pg`. Preparing saves the server most of the work of a small statement. Behind a proxy
 * that does not support it, all statements are sent whole.
 */
export function createPostgresDriver(): Driver {
  const names = new Map<string, string>();
  let isPreparing = true;

  /** The name of a prepared statement; undefined if it is not prepared. */
  function nameOf(text: string): string | undefined {
    if (!isPreparing) return undefined;
    const known = names.get(text);
    if (known !== undefined) return known;
    const name = `waverify_${names.size}`;
    names.set(text, name);
    return name;
  }

  return {
    async run(connection, text, values, { isPrepared = false }) {
      const name = isPrepared ? nameOf(text) : undefined;
      const query = { text, values: values.map(encode), ...(name !== undefined && { name }) };
      const { rows, rowCount } = await (connection as Client).query(query);
      return { rows, affected: rowCount ?? 0 };
    },

    isFromServer(error) {
      const code = findFaultCode(error) ?? '';
      if (MOVED.has(code)) isPreparing = false;
      if (MOVED.has(code) || code === STALE) return false;
      return (error as { readonly severity?: unknown }).severity === 'ERROR';
    },
  };
}

function encode(value: Parameter): unknown {
  if (value instanceof Date) return value.toISOString();
  // PostgreSQL rejects U+0000 in a text.
  return typeof value === 'string' ? value.replaceAll('\0', '\\0') : value;
}
