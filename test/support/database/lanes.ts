import { describe, it } from 'vitest';
import { isFull } from '../full-run.ts';
import { type DialectName, dialects, serverDialects } from './databases.ts';

type Suite = (dialect: DialectName) => void;

/**
 * A suite of a store or a guard: any of the databases may break it in a way of its own. A test of a service in which
 * no callers meet is no guard: what its statements do on each database is tested with the stores, so it takes
 * `itOnOneDatabase`.
 */
export function onEveryDatabase(title: string, suite: Suite): void {
  for (const dialect of dialects) describe(title.replace('%s', dialect), () => suite(dialect));
}

/**
 * A suite that is the same on each database that the stores work on, that starts or kills processes, or that is about
 * a released migration, which nobody edits: on SQLite, and in a full run on the others too.
 */
export function onOneDatabase(title: string, suite: Suite): void {
  for (const dialect of dialects) onDatabase(dialect, title, suite);
}

/** One database of `onOneDatabase`, in a file of its own: what takes long runs on all of them at the same time. */
export function onDatabase(dialect: DialectName, title: string, suite: Suite): void {
  describe.skipIf(!dialects.includes(dialect) || isForFullRun(dialect, 'sqlite'))(
    title.replace('%s', dialect),
    () => suite(dialect),
  );
}

/** A suite of several nodes on one database server. */
export function onEveryServer(title: string, suite: Suite): void {
  for (const dialect of serverDialects)
    describe(title.replace('%s', dialect), () => suite(dialect));
}

/** The same of what is no guard: on PostgreSQL, and in a full run on MariaDB too. */
export function onOneServer(title: string, suite: Suite): void {
  for (const dialect of serverDialects) {
    const isSkipped = isForFullRun(dialect, 'postgres');
    describe.skipIf(isSkipped)(title.replace('%s', dialect), () => suite(dialect));
  }
}

/** `it` of a suite on every server: on PostgreSQL, and in a full run on MariaDB too. */
export function itOnOneServer(dialect: DialectName) {
  return it.skipIf(isForFullRun(dialect, 'postgres'));
}

/** `it` for what is no guard in a suite of guards: on SQLite, and in a full run on the others too. */
export function itOnOneDatabase(dialect: DialectName) {
  return it.skipIf(isForFullRun(dialect, 'sqlite'));
}

/**
 * How many callers of a guard race on one database: `all` on SQLite, and in a full run on the others too; a quarter of
 * them there otherwise. They are still several for each connection of the pool, and two are enough for a race.
 */
export function callersOn(dialect: DialectName, all: number): number {
  return isForFullRun(dialect, 'sqlite') ? Math.ceil(all / 4) : all;
}

/** Whether a database waits for a full run, because this run uses `chosen` for all of them. */
function isForFullRun(dialect: DialectName, chosen: DialectName): boolean {
  return !isFull && dialect !== chosen;
}
