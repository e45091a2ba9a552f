/** The value of a parameter (`$1, $2, …`). The dialect encodes times. */
export type Value = string | number | null | Date;

export type Row = Readonly<Record<string, unknown>>;

/** One statement of a transaction. */
export type Step = {
  readonly sql: string;
  readonly values: readonly Value[];
  /** The transaction is rolled back unless the statement affects exactly this number of rows. */
  readonly expectedRows?: number;
};

/** A statement with named parameters (`:name`), so that one text serves for calls and in SQLite's procedures. */
export type NamedStatement<Name extends string = string> = {
  readonly sql: string;
  /** The statement with `$1, $2, …`, and the name of each of them. */
  readonly numbered: string;
  readonly names: readonly Name[];
  /** The statement with the values of its parameters. Other values are left out. */
  with(values: Readonly<Record<Name, Value>>): Step;
};

/** Rows of one table to insert. */
export type NewRows = {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
};

/**
 * Runs SQL statements. They are written once for all databases: parameters as `$1`, identifiers in
 * double quotes. Each call is atomic, and durable when it resolves.
 */
export type Statements = {
  /** Runs a SELECT. */
  select(sql: string, values: readonly Value[]): Promise<Row[]>;
  /** Runs an INSERT, UPDATE or DELETE; returns the number of affected rows. */
  change(sql: string, values: readonly Value[]): Promise<number>;
  /** Runs an INSERT of one row; false if a row with the same unique value exists. */
  insert(sql: string, values: readonly Value[]): Promise<boolean>;
  /** Inserts rows, all or none. Each has the values of `columns`. */
  insertAll(rows: NewRows): Promise<void>;
  /** Runs changes in one transaction; false if `expectedRows` of a step was not met and nothing changed. */
  transact(steps: readonly Step[]): Promise<boolean>;
  close(): Promise<void>;
};

/** Defines a statement with named parameters. Each of them may occur several times. */
export function named<Name extends string>(sql: string): NamedStatement<Name> {
  const names: Name[] = [];
  const numbered = replaceNames(sql, (name) => {
    if (!names.includes(name as Name)) names.push(name as Name);
    return `$${names.indexOf(name as Name) + 1}`;
  });
  return {
    sql,
    numbered,
    names,
    with: (values) => ({ sql: numbered, values: names.map((name) => values[name]) }),
  };
}

/** Replaces each named parameter of a statement. */
export function replaceNames(sql: string, replace: (name: string) => string): string {
  return sql.replaceAll(/:([a-z]\w*)/gi, (_, name: string) => replace(name));
}

/** A list of columns, in quotes. */
export function quoteAll(columns: readonly string[]): string {
  return columns.map((column) => `"${column}"`).join(', ');
}

/** The INSERT of a row from parameters with the names of the columns, to be continued by a WHERE. */
export function insertNamed(table: string, columns: readonly string[]): string {
  return `INSERT INTO "${table}" (${quoteAll(columns)}) SELECT ${columns.map((name) => `:${name}`).join(', ')}`;
}

/** The INSERT of rows, with a parameter for each value. */
export function toInsertion({ table, columns, rows }: NewRows): Step {
  const groups = rows.map((_, i) => `(${placeholders(columns.length, i * columns.length + 1)})`);
  return {
    sql: `INSERT INTO "${table}" (${quoteAll(columns)}) VALUES ${groups.join(', ')}`,
    values: rows.flat(),
  };
}

/** What limits the rows of a table: at most `most` of them have this value in this column. */
type RowLimit = {
  readonly table: string;
  readonly column: string;
  readonly value: Value;
  readonly most: number;
};

/**
 * The same INSERT of one row, which does nothing if there are as many rows as there may be. It is not strict: callers at
 * the same moment may insert slightly more.
 */
export function insertionBelow(
  { sql, values }: Step,
  { table, column, value, most }: RowLimit,
): Step {
  const last = values.length;
  const [into = ''] = sql.split(' VALUES ', 1);
  return {
    sql: `${into} SELECT ${placeholders(last)}
      FROM (SELECT COUNT(*) AS "count" FROM "${table}" WHERE "${column}" = $${last + 1}) AS "present"
      WHERE "count" < $${last + 2}`,
    values: [...values, value, most],
  };
}

/** Placeholders `$from, $from+1, …` for `count` values. */
export function placeholders(count: number, from = 1): string {
  return Array.from({ length: count }, (_, index) => `$${from + index}`).join(', ');
}

/** The WHERE clause of all conditions (such as `"column" =`) whose value is not undefined, and the values. */
export function whereAll(
  conditions: readonly (readonly [condition: string, value: Value | undefined])[],
) {
  const defined = conditions.flatMap(([condition, value]) =>
    value === undefined ? [] : [{ condition, value }],
  );
  const clauses = defined.map(({ condition }, index) => `${condition} $${index + 1}`);
  return {
    where: clauses.length === 0 ? '' : `WHERE ${clauses.join(' AND ')}`,
    values: defined.map(({ value }) => value),
  };
}

/** Decodes a time column that any of the drivers returned. */
export function toDate(value: unknown): Date {
  if (value instanceof Date) return value;
  // SQLite stores times as text, in the format of its encoder.
  return new Date(String(value).replace(' ', 'T').replace(' +00:00', 'Z'));
}

/** `2026-01-31 23:59:59.123`, in UTC. */
export function toSqlTime(time: Date): string {
  return time.toISOString().replace('T', ' ').replace('Z', '');
}

/** Decodes a BOOLEAN column that any of the drivers returned. */
export function toBoolean(value: unknown): boolean {
  return Number(value) === 1;
}

/** Applies `read`, or returns `undefined` for NULL and for what is missing. */
export function optional<V, T>(value: V, read: (value: NonNullable<V>) => T): T | undefined {
  return value === null || value === undefined ? undefined : read(value);
}

/** Shortens text from outside for a column of `length` characters. PostgreSQL rejects U+0000. */
export function cut(text: string, length: number): string {
  return text.replaceAll('\0', '').slice(0, length);
}

/** Reads the ids of rows. */
export function readIds(rows: readonly Row[]): number[] {
  return rows.map((row) => Number(row['id']));
}

/** Splits a list into pieces of at most `size` items. */
export function chunk<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, i) => items.slice(i * size, (i + 1) * size));
}

/** Splits a list into as few pieces of the given sizes as possible. `sizes` descend and end with 1. */
export function chunkBySizes<T>(items: readonly T[], sizes: readonly number[]): T[][] {
  const [size = 1, ...smaller] = sizes;
  const end = items.length - (items.length % size);
  const pieces = chunk(items.slice(0, end), size);
  return end === items.length ? pieces : [...pieces, ...chunkBySizes(items.slice(end), smaller)];
}
