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

/** How many texts are prepared. Those after them, which vary in their number of parameters, are not. */
const MOST_PREPARED = 200;

/** A prepared statement is not there, or exists already: a proxy such as PgBouncer has moved the connection. */
const MOVED = new Set(['26000', '42P05']);

/** A migration has changed what a prepared statement returns. A new connection prepares it again. */
const STALE = '0A000';

/**
 * Runs statements by `pg`. Their texts are prepared once per connection, which saves the server most of the
 * work of a small statement. Behind a proxy that does not support that, they are sent whole.
 */
export function createPostgresDriver(): Driver {
  const names = new Map<string, string>();
  let isPreparing = true;

  /** The name of a prepared statement; undefined if it is not prepared. */
  function nameOf(text: string): string | undefined {
    if (!isPreparing) return undefined;
    const known = names.get(text);
    if (known !== undefined || names.size >= MOST_PREPARED) return known;
    const name = `waverify_${names.size}`;
    names.set(text, name);
    return name;
  }

  return {
    async run(connection, text, values) {
      const name = values.length > 0 ? nameOf(text) : undefined;
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
