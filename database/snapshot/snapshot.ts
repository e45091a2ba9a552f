/** The statements that create the schema that the migrations produce from an empty database. */
export type Snapshot = {
  /** The last migration that it includes. */
  readonly last: string;
  readonly tables: readonly string[];
  readonly rows: readonly string[];
};
