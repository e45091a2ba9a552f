/** What the migrations make of an empty database, as the statements that make it at once. */
export type Snapshot = {
  /** The last migration that is in it. */
  readonly last: string;
  readonly tables: readonly string[];
  readonly rows: readonly string[];
};
