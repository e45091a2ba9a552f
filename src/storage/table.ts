import type { FindOptions, Model, ModelStatic, Sequelize } from 'sequelize';
import type { Column } from './columns.ts';
import { loadSequelize } from './load-sequelize.ts';
import {
  type NewRows,
  type Row,
  type Statements,
  type Step,
  toInsertion,
  type Value,
} from './statement.ts';

type Columns = Readonly<Record<string, Column>>;

type TypeOf<C> = C extends Column<infer T, boolean> ? T : never;

/**
 * The attributes of an instance, in which NULL is `null`. Only the methods of a model use instances, because
 * only `findRows` decodes JSON and BIGINT.
 */
type Attributes<C extends Columns> = { [K in keyof C]: TypeOf<C[K]> };

/** A row as the stores use it: NULL is `undefined`. */
type TableRow<C extends Columns> = { readonly [K in keyof C]: Stored<TypeOf<C[K]>> };
type Stored<T> = null extends T ? NonNullable<T> | undefined : T;

type RequiredName<C extends Columns> = {
  [K in keyof C]: C[K] extends Column<infer T, false> ? (null extends T ? never : K) : never;
}[keyof C];

/** The values of an INSERT. A column that may be NULL or has a default is optional. */
type NewRow<C extends Columns> = {
  readonly [K in RequiredName<C>]: TypeOf<C[K]>;
} & { readonly [K in Exclude<keyof C, RequiredName<C>>]?: Settable<TypeOf<C[K]>> };
type Settable<T> = null extends T ? T | undefined : T;

type Changes<C extends Columns> = { readonly [K in keyof C]?: TypeOf<C[K]> | undefined };

/** Some columns of a table: the list for a SELECT, and the decoder of its rows. */
type Selection<T> = {
  readonly names: readonly string[];
  readonly columns: string;
  /** Decodes a row that any of the three drivers returned. */
  decode(row: Row): T;
};

/** A decoded row of a selection. */
export type Selected<S extends Selection<unknown>> = ReturnType<S['decode']>;

/**
 * What is derived from the columns of a table. Only `statements`, `insertRow` and `findRows` need a
 * database.
 */
type Derived<C extends Columns> = Selection<TableRow<C>> & {
  readonly table: string;
  readonly definition: C;
  /** The statements of the database to which the model is bound. */
  readonly statements: Statements;
  pick<K extends keyof C & string>(...names: readonly K[]): Selection<Pick<TableRow<C>, K>>;
  /** Inserts a row; false if a row with the same unique value exists. */
  insertRow(row: NewRow<C>, statements?: Pick<Statements, 'insert'>): Promise<boolean>;
  /** Inserts rows that all have the same fields, all or none. */
  insertRows(rows: readonly NewRow<C>[]): Promise<void>;
  /** The INSERT of rows that all have the same fields. Fields that are not columns are left out. */
  insertion(...rows: readonly NewRow<C>[]): Step;
  /** The assignments of an UPDATE. Their first parameter is `$from`; undefined fields do not change. */
  assignment(
    changes: Changes<C>,
    from: number,
  ): { readonly sets: string; readonly values: Value[] };
  /** Like `findAll`, but returns decoded rows instead of instances: all columns, or those of `selection`. */
  findRows<T = TableRow<C>>(
    options: FindOptions<Attributes<C>>,
    selection?: Selection<T>,
  ): Promise<T[]>;
};

type TableModel<C extends Columns> = ModelStatic<Model<Attributes<C>, NewRow<C>> & Attributes<C>> &
  Derived<C>;

/** The types that the stores derive from the class of a model. */
type Definition = { readonly definition: Columns };
export type RowOf<M extends Definition> = TableRow<M['definition']>;
export type NewRowOf<M extends Definition> = NewRow<M['definition']>;
export type AttributesOf<M extends Definition> = Attributes<M['definition']>;

/** What all models extend. It extends Sequelize's model as soon as Sequelize is loaded. */
class Base extends Object {}

/** Makes the Sequelize model of a table. A class extends it with the methods of the table. */
export function table<C extends Columns>(name: string, definition: C): TableModel<C> {
  const whole = select(name, definition, Object.keys(definition));
  function toNewRows(rows: readonly Readonly<Record<string, unknown>>[]): NewRows {
    const columns = Object.keys(rows[0] ?? {}).filter((column) => column in definition);
    const values = rows.map((row) => columns.map((column) => toValue(row[column])));
    return { table: name, columns, rows: values };
  }
  class Table extends Base {
    static readonly table = name;
    static readonly definition = definition;
    static readonly names = whole.names;
    static readonly columns = whole.columns;
    static readonly decode = whole.decode;

    static pick(...names: readonly string[]) {
      return select(name, definition, names);
    }

    static insertRow(
      this: { readonly statements: Statements },
      row: Readonly<Record<string, unknown>>,
      { insert }: Pick<Statements, 'insert'> = this.statements,
    ): Promise<boolean> {
      const { sql, values } = Table.insertion(row);
      return insert(sql, values);
    }

    static insertion(...rows: readonly Readonly<Record<string, unknown>>[]): Step {
      return toInsertion(toNewRows(rows));
    }

    static insertRows(
      this: { readonly statements: Statements },
      rows: readonly Readonly<Record<string, unknown>>[],
    ): Promise<void> {
      return this.statements.insertAll(toNewRows(rows));
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
    // Qualified by the table's name, so that one SELECT can join two tables.
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

function toValue(value: unknown): Value {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'object' && value !== null && !(value instanceof Date))
    return JSON.stringify(value);
  return (value ?? null) as Value;
}

/** Leaves out what is undefined, which Sequelize does not accept in a WHERE. */
export function omitUndefined<T extends object>(
  conditions: T,
): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(conditions).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

type Connection = {
  readonly statements: Statements;
  /** Opens Sequelize and defines the models, unless that is done. */
  connect(): unknown;
};

/** The methods of a model that need Sequelize. */
const BY_SEQUELIZE = [
  ...(['build', 'create', 'bulkCreate', 'findOrCreate', 'upsert', 'update', 'increment'] as const),
  ...(['decrement', 'destroy', 'restore', 'truncate', 'findAll', 'findOne', 'findByPk'] as const),
  ...(['findAndCountAll', 'aggregate', 'count', 'max', 'min', 'sum', 'describe'] as const),
] as const;

type Models = Readonly<Record<string, Derived<Columns>>>;

/**
 * Binds models to a connection. Each class is extended, so that one process can open several databases. The first
 * call of a method that needs Sequelize connects.
 */
export function bindModels<M extends Models>(models: M, connection: Connection): M {
  const bound = Object.entries(models).map(([name, model]) => [name, bind(model, connection)]);
  return Object.fromEntries(bound) as M;
}

function bind(model: Derived<Columns>, { statements, connect }: Connection) {
  const parent = model as unknown as ModelStatic<Model>;
  class Bound extends parent {
    static readonly statements = statements;
  }
  for (const method of BY_SEQUELIZE) {
    const value = function (this: unknown, ...parameters: unknown[]): unknown {
      connect();
      return Reflect.apply(parent[method], this, parameters);
    };
    Object.defineProperty(Bound, method, { value });
  }
  return Bound;
}

/** Makes bound models those of a Sequelize instance. */
export function defineModels(models: Models, sequelize: Sequelize): void {
  const { DataTypes, Model } = loadSequelize();
  Object.setPrototypeOf(Base, Model);
  Object.setPrototypeOf(Base.prototype, Model.prototype);
  for (const [modelName, model] of Object.entries(models)) {
    // Sequelize writes to the options that it gets, so it gets copies.
    const attributes = Object.entries(model.definition).map(([name, { type, options }]) => [
      name,
      { ...options, type: type(DataTypes) },
    ]);
    (model as unknown as ModelStatic<Model>).init(Object.fromEntries(attributes), {
      ...{ sequelize, modelName, tableName: model.table },
      // `createdAt` and `updatedAt` come from the clock of the program, not from Sequelize.
      timestamps: false,
    });
  }
}
