/** What a statement's `$1, $2, …` may stand for. Times are encoded by the dialect. */
export type Value = string | number | null | Date;

export type Row = Readonly<Record<string, unknown>>;

/**
 * Runs single SQL statements, which are written once for all databases: parameters as `$1`,
 * identifiers in double quotes. Each statement is one atomic step and is durable when it resolves.
 */
export type Statements = {
  /** Runs a SELECT. */
  select(sql: string, values: readonly Value[]): Promise<Row[]>;
  /** Runs an INSERT, UPDATE or DELETE and tells how many rows it touched. */
  change(sql: string, values: readonly Value[]): Promise<number>;
  /** Runs an INSERT of one row; false when a unique column has its value already. */
  insert(sql: string, values: readonly Value[]): Promise<boolean>;
  close(): Promise<void>;
};

/** Placeholders `$from, $from+1, …` for `count` values. */
export function placeholders(count: number, from = 1): string {
  return Array.from({ length: count }, (_, index) => `$${from + index}`).join(', ');
}

/** Reads a time column as any driver returns it. */
export function toDate(value: unknown): Date {
  if (value instanceof Date) return value;
  // SQLite keeps times as text, in the form that its encoder writes.
  return new Date(String(value).replace(' ', 'T').replace(' +00:00', 'Z'));
}

/** `2026-01-31 23:59:59.123`, in UTC. */
export function toSqlTime(time: Date): string {
  return time.toISOString().replace('T', ' ').replace('Z', '');
}
