import type { DatabaseConfig } from '../../../config/config.ts';

/** What a table holds, to recognise it again on another server. */
export type TableDigest = {
  readonly table: string;
  readonly rows: number;
  /** Depends on every value of every row, and not on the order of the rows. */
  readonly digest: string;
};

/** A database beside the one that is to be replaced, which no node uses. */
export type Staging = {
  /** Opens it. */
  readonly config: DatabaseConfig;
  /** Reads what the tables hold. They must not have been migrated since they were loaded. */
  readDigests(tables: readonly string[]): Promise<TableDigest[]>;
  /**
   * Replaces the tables of the target by those of the staging database: all or none, even if this process is killed.
   * Call it once, when nothing has this database open.
   */
  replaceTarget(): Promise<void>;
  /** Deletes it, and what is left of it. */
  drop(): Promise<void>;
};

/** How the databases are copied, each by its own means. */
export type Copier = {
  /** The name of the file in a backup. */
  readonly fileName: string;
  /**
   * Writes a copy of `tables` at one moment to a new file, while nodes use the database.
   * @throws {CopyError} if a program that is needed is missing or fails.
   */
  copyTo(file: string, tables: readonly string[]): Promise<TableDigest[]>;
  /** Loads a copy into a new database. @throws {CopyError} as `copyTo`. */
  stage(file: string): Promise<Staging>;
};

/** A copy cannot be made or loaded. The message says what to do, and never contains a password. */
export class CopyError extends Error {
  override readonly name = 'CopyError';
}
