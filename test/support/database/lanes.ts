import { describe, it } from 'vitest';
import { isFull } from '../full-run.ts';
import { type DialectName, dialects } from './databases.ts';

type Suite = (dialect: DialectName) => void;

/** A suite of a store, a guard or a fault: any of the databases may break it in a way of its own. */
export function onEveryDatabase(title: string, suite: Suite): void {
  for (const dialect of dialects) describe(title.replace('%s', dialect), () => suite(dialect));
}

/**
 * A suite of what is the same over each database that the stores work on: on SQLite, and skipped on the others
 * but in a full run.
 */
export function onOneDatabase(title: string, suite: Suite): void {
  for (const dialect of dialects) {
    const isHere = isFull || dialect === 'sqlite';
    describe.skipIf(!isHere)(title.replace('%s', dialect), () => suite(dialect));
  }
}

/** A suite on one database, in a file of its own: what takes long runs on all of them at the same time. */
export function onDatabase(dialect: DialectName, title: string, suite: Suite): void {
  describe.skipIf(!dialects.includes(dialect))(title.replace('%s', dialect), () => suite(dialect));
}

/** `it` for what is no guard in a suite of guards: on SQLite, and skipped on the others but in a full run. */
export function itOnOneDatabase(dialect: DialectName) {
  return it.skipIf(!isFull && dialect !== 'sqlite');
}
