import { DataTypes, type ModelAttributeColumnOptions } from 'sequelize';
import { toBoolean, toDate } from './statement.ts';

/** One column of a table: its type in the database, and its type `T` in the program. */
export type Column<T = unknown, HasDefault extends boolean = boolean> = {
  readonly options: Readonly<ModelAttributeColumnOptions>;
  /** Decodes a value other than NULL that any of the drivers returned. */
  readonly read: (value: unknown) => NonNullable<T>;
  readonly hasDefault: HasDefault;
};

/** Text of at most `length` characters. `T` can restrict it to certain values. */
export function string<T extends string = string>(length: number): Column<T, false> {
  return column(DataTypes.STRING(length), (value) => String(value) as T);
}

/** Text of any length. */
export const text: Column<string, false> = column(DataTypes.TEXT, String);
/** Text that can be longer than 64 KiB, the limit of TEXT on MySQL. */
export const longText: Column<string, false> = column(DataTypes.TEXT('medium'), String);
export const integer: Column<number, false> = column(DataTypes.INTEGER, Number);
/** Whole numbers that fit a JavaScript number, such as milliseconds since 1970. */
export const bigint: Column<number, false> = column(DataTypes.BIGINT, Number);
export const double: Column<number, false> = column(DataTypes.DOUBLE, Number);
export const boolean: Column<boolean, false> = column(DataTypes.BOOLEAN, toBoolean);
/** A point in time, with milliseconds. */
export const time: Column<Date, false> = column(DataTypes.DATE(3), toDate);

/** A value that is stored as JSON text. */
export function json<T extends object>(): Column<T, false> {
  return column(DataTypes.TEXT, (value) => JSON.parse(String(value)) as T);
}

/** A number that the database assigns: each new row gets the next one. */
export const serial: Column<number, true> = {
  ...changed(integer, { primaryKey: true, autoIncrement: true }),
  hasDefault: true,
};

export function nullable<T>({ options, read }: Column<T, false>): Column<T | null, false> {
  // `read` is never called with NULL.
  return { options: { ...options, allowNull: true }, read: read as never, hasDefault: false };
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

function column<T>(
  type: ModelAttributeColumnOptions['type'],
  read: (value: unknown) => NonNullable<T>,
) {
  return { options: { type, allowNull: false }, read, hasDefault: false } as const;
}

function changed<T, D extends boolean>(
  one: Column<T, D>,
  options: Partial<ModelAttributeColumnOptions>,
): Column<T, D> {
  return { ...one, options: { ...one.options, ...options } };
}
