/** What a statement's `$1, $2, …` may stand for. Times are encoded by the dialect. */
export type Value = string | number | null | Date;

export type Row = Readonly<Record<string, unknown>>;

/** One statement among several that take effect together. */
export type Step = {
  readonly sql: string;
  readonly values: readonly Value[];
  /** Undo everything unless this step touches exactly so many rows. */
  readonly touching?: number;
};

/**
 * Runs SQL statements, which are written once for all databases: parameters as `$1`, identifiers in
 * double quotes. Each call is one atomic step and is durable when it resolves.
 */
export type Statements = {
  /** Runs a SELECT. */
  select(sql: string, values: readonly Value[]): Promise<Row[]>;
  /** Runs an INSERT, UPDATE or DELETE and tells how many rows it touched. */
  change(sql: string, values: readonly Value[]): Promise<number>;
  /** Runs an INSERT of one row; false when a unique column has its value already. */
  insert(sql: string, values: readonly Value[]): Promise<boolean>;
  /** Runs changes of which all take effect, or none: then false, when a step's `touching` was not met. */
  transact(steps: readonly Step[]): Promise<boolean>;
  close(): Promise<void>;
};

/** Placeholders `$from, $from+1, …` for `count` values. */
export function placeholders(count: number, from = 1): string {
  return Array.from({ length: count }, (_, index) => `$${from + index}`).join(', ');
}

/** A WHERE clause over the claims whose value is known, each as `"column" =`, and its values. */
export function whereAll(claims: readonly (readonly [claim: string, value: Value | undefined])[]) {
  const asked = claims.flatMap(([claim, value]) => (value === undefined ? [] : [{ claim, value }]));
  const claimed = asked.map(({ claim }, index) => `${claim} $${index + 1}`);
  return {
    where: claimed.length === 0 ? '' : `WHERE ${claimed.join(' AND ')}`,
    values: asked.map(({ value }) => value),
  };
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

/** Reads a BOOLEAN column as any driver returns it. */
export function toBoolean(value: unknown): boolean {
  return Number(value) === 1;
}

/** Reads what may be NULL or missing, which is `undefined` here. */
export function optional<V, T>(value: V, read: (value: NonNullable<V>) => T): T | undefined {
  return value === null || value === undefined ? undefined : read(value);
}

/** What a column of `length` characters can take of a stranger's text; PostgreSQL refuses U+0000. */
export function cut(text: string, length: number): string {
  return text.replaceAll('\0', '').slice(0, length);
}

/** `items` in pieces of at most `size`. */
export function chunk<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, i) => items.slice(i * size, (i + 1) * size));
}
