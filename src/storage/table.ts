import { type FindOptions, Model, type ModelStatic, type Sequelize } from 'sequelize';
import type { Column } from './columns.ts';
import { placeholders, type Row, type Statements, type Step, type Value } from './statement.ts';

type Columns = Readonly<Record<string, Column>>;

type TypeOf<C> = C extends Column<infer T, boolean> ? T : never;

/**
 * The attributes of an instance: NULL is `null`. Instances are for a model's verbs; JSON and BIGINT are decoded
 * by `findRows` only.
 */
type Attributes<C extends Columns> = { [K in keyof C]: TypeOf<C[K]> };

/** A row as the stores have it: NULL is `undefined`. */
type TableRow<C extends Columns> = { readonly [K in keyof C]: Stored<TypeOf<C[K]>> };
type Stored<T> = null extends T ? NonNullable<T> | undefined : T;

type RequiredName<C extends Columns> = {
  [K in keyof C]: C[K] extends Column<infer T, false> ? (null extends T ? never : K) : never;
}[keyof C];

/** What an INSERT takes: what may be NULL or has a default may be missing. */
type NewRow<C extends Columns> = {
  readonly [K in RequiredName<C>]: TypeOf<C[K]>;
} & { readonly [K in Exclude<keyof C, RequiredName<C>>]?: Settable<TypeOf<C[K]>> };
type Settable<T> = null extends T ? T | undefined : T;

type Changes<C extends Columns> = { readonly [K in keyof C]?: TypeOf<C[K]> | undefined };

/** Some columns of a table: their list for a SELECT, and the reader of what it returns. */
type Selection<T> = {
  readonly names: readonly string[];
  readonly columns: string;
  /** Reads a row as any of the three drivers returns it. */
  decode(row: Row): T;
};

/** What a selection reads. */
export type Selected<S extends Selection<unknown>> = ReturnType<S['decode']>;

/** What is derived from a table's columns. All but `statements` and `findRows` need no database. */
type Derived<C extends Columns> = Selection<TableRow<C>> & {
  readonly table: string;
  readonly definition: C;
  /** The statements of the database that the model is bound to. */
  readonly statements: Statements;
  pick<K extends keyof C & string>(...names: readonly K[]): Selection<Pick<TableRow<C>, K>>;
  /** The INSERT of rows that all have the same fields; what is no column is left out. */
  insertion(...rows: readonly NewRow<C>[]): Step;
  /** The assignments of an UPDATE, whose first parameter is `$from`; what is undefined stays as it is. */
  assignment(
    changes: Changes<C>,
    from: number,
  ): { readonly sets: string; readonly values: Value[] };
  /** `findAll`, with rows in place of instances: whole ones, or what `selection` has of them. */
  findRows<T = TableRow<C>>(
    options: FindOptions<Attributes<C>>,
    selection?: Selection<T>,
  ): Promise<T[]>;
};

type TableModel<C extends Columns> = ModelStatic<Model<Attributes<C>, NewRow<C>> & Attributes<C>> &
  Derived<C>;

/** What the stores call by the class of a model. */
type Definition = { readonly definition: Columns };
export type RowOf<M extends Definition> = TableRow<M['definition']>;
export type NewRowOf<M extends Definition> = NewRow<M['definition']>;
export type AttributesOf<M extends Definition> = Attributes<M['definition']>;

/** The Sequelize model of a table, to be extended by a class with the table's verbs. */
export function table<C extends Columns>(name: string, definition: C): TableModel<C> {
  const whole = select(name, definition, Object.keys(definition));
  class Table extends Model {
    static readonly table = name;
    static readonly definition = definition;
    static readonly names = whole.names;
    static readonly columns = whole.columns;
    static readonly decode = whole.decode;

    static pick(...names: readonly string[]) {
      return select(name, definition, names);
    }

    static insertion(...rows: readonly Readonly<Record<string, unknown>>[]): Step {
      const names = Object.keys(rows[0] ?? {}).filter((column) => column in definition);
      const groups = rows.map((_, i) => `(${placeholders(names.length, i * names.length + 1)})`);
      return {
        sql: `INSERT INTO "${name}" (${quote(names)}) VALUES ${groups.join(', ')}`,
        values: rows.flatMap((row) => names.map((column) => toValue(row[column]))),
      };
    }

    static assignment(changes: Readonly<Record<string, unknown>>, from: number) {
      const known = Object.entries(changes).filter(
        ([column, value]) => column in definition && value !== undefined,
      );
      return {
        sets: known.map(([column], index) => `"${column}" = $${from + index}`).join(', '),
        values: known.map(([, value]) => toValue(value)),
      };
    }

    static async findRows(
      this: ModelStatic<Model>,
      options: FindOptions,
      { names, decode }: Selection<unknown> = whole,
    ): Promise<unknown[]> {
      const found = await this.findAll({ ...options, attributes: [...names], raw: true });
      const rows: readonly unknown[] = found;
      return rows.map((row) => decode(row as Row));
    }
  }
  return Table as unknown as TableModel<C>;
}

function select(table: string, definition: Columns, names: readonly string[]) {
  const readers = names.map((name) => [name, definition[name]?.read ?? String] as const);
  return {
    names,
    // With the table's name, so that two tables may be read by one SELECT.
    columns: names.map((name) => `"${table}"."${name}"`).join(', '),
    decode(row: Row) {
      const decoded: Record<string, unknown> = {};
      for (const [name, read] of readers) {
        const value = row[name];
        decoded[name] = value === null || value === undefined ? undefined : read(value);
      }
      return decoded;
    },
  };
}

function quote(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}

function toValue(value: unknown): Value {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'object' && value !== null && !(value instanceof Date))
    return JSON.stringify(value);
  return (value ?? null) as Value;
}

/** Without what is undefined, as Sequelize wants the conditions of a WHERE. */
export function known<T extends object>(
  conditions: T,
): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(conditions).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

type Connection = { readonly sequelize: Sequelize; readonly statements: Statements };

/** Models of one connection: each class is extended, so that one process may open several databases. */
export function bindModels<M extends Readonly<Record<string, Derived<Columns>>>>(
  models: M,
  connection: Connection,
): M {
  const bound = Object.entries(models).map(([name, model]) => [
    name,
    bind(name, model, connection),
  ]);
  return Object.fromEntries(bound) as M;
}

function bind(modelName: string, model: Derived<Columns>, { sequelize, statements }: Connection) {
  class Bound extends (model as unknown as ModelStatic<Model>) {
    static readonly statements = statements;
  }
  // Copies: Sequelize sets the type of its dialect in what it gets.
  const attributes = Object.entries(model.definition).map(([name, { options }]) => [
    name,
    { ...options },
  ]);
  return Bound.init(Object.fromEntries(attributes), {
    ...{ sequelize, modelName, tableName: model.table },
    // The clock of the program sets `createdAt` and `updatedAt`, not Sequelize's.
    timestamps: false,
  });
}
