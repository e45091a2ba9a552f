import type { Sequelize } from 'sequelize';
import type { Procedures } from '../procedures.ts';
import type { Statements } from '../statement.ts';
import type { Syntax } from './syntax.ts';

/** What differs between the databases. */
export type Dialect = {
  /** Opens Sequelize on this connection; called at most once. */
  openSequelize(): Sequelize;
  readonly statements: Statements;
  readonly syntax: Syntax;
  readonly procedures: Procedures;

  /** Whether the open database is still the one at the configured path; always true on a server. */
  isInPlace(): Promise<boolean>;

  /** Runs `task` while no other process runs one on this database. */
  withMigrationLock<T>(task: () => Promise<T>): Promise<T>;
};
