import type { DataType, DataTypes, ModelAttributeColumnOptions } from 'sequelize';
import { toBoolean, toDate } from './statement.ts';

type Types = typeof DataTypes;

/** One column of a table: its type in the database, and its type `T` in the program. */
export type Column<T = unknown, HasDefault extends boolean = boolean> = {
  /** Makes Sequelize's type when a model needs it. */
  readonly type: (types: Types) => DataType;
  readonly options: Readonly<Omit<ModelAttributeColumnOptions, 'type'>>;
  /** Decodes a value other than NULL that any of the drivers returned. */
  readonly read: (value: unknown) => NonNullable<T>;
  readonly hasDefault: HasDefault;
};

/** Text of at most `length` characters. `T` can restrict it to certain values. */
export function string<T extends string = string>(length: number): Column<T, false> {
  return column(
    (types) => types.STRING(length),
    (value) => String(value) as T,
  );
}

/** Text of any length. */
export const text: Column<string, false> = column((types) => types.TEXT, String);
/** Text that can be longer than 64 KiB, the limit of TEXT on MySQL. */
export const longText: Column<string, false> = column((types) => types.TEXT('medium'), String);
export const integer: Column<number, false> = column((types) => types.INTEGER, Number);
/** Whole numbers that fit a JavaScript number, such as milliseconds since 1970. */
export const bigint: Column<number, false> = column((types) => types.BIGINT, Number);
export const double: Column<number, false> = column((types) => types.DOUBLE, Number);
export const boolean: Column<boolean, false> = column((types) => types.BOOLEAN, toBoolean);
/** A point in time, with milliseconds. */
export const time: Column<Date, false> = column((types) => types.DATE(3), toDate);

/** A value that is stored as JSON text. */
export function json<T extends object>(): Column<T, false> {
  return column(
    (types) => types.TEXT,
    (value) => JSON.parse(String(value)) as T,
  );
}

/** A number that the database assigns: each new row gets the next one. */
export const serial: Column<number, true> = {
  ...changed(integer, { primaryKey: true, autoIncrement: true }),
  hasDefault: true,
};

export function nullable<T>({ type, options, read }: Column<T, false>): Column<T | null, false> {
  // `read` is never called with NULL.
  return { type, options: { ...options, allowNull: true }, read: read as never, hasDefault: false };
}

export function withDefault<T extends string | number | boolean>(
  one: Column<T, false>,
  defaultValue: T,
): Column<T, true> {
  return { ...changed(one, { defaultValue }), hasDefault: true };
}

export function primaryKey<T>(one: Column<T, false>): Column<T, false> {
  return changed(one, { primaryKey: true });
}

export function unique<T>(one: Column<T, false>): Column<T, false> {
  return changed(one, { unique: true });
}

/** The combination of all columns with the same `name` is unique. */
export function uniqueTogether<T>(one: Column<T, false>, name: string): Column<T, false> {
  return changed(one, { unique: name });
}

function column<T>(type: Column['type'], read: (value: unknown) => NonNullable<T>) {
  return { type, options: { allowNull: false }, read, hasDefault: false } as const;
}

function changed<T, D extends boolean>(
  one: Column<T, D>,
  options: Column['options'],
): Column<T, D> {
  return { ...one, options: { ...one.options, ...options } };
}
