import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMigratedDatabase, open } from '../support/database/migrated-database.ts';
import { createHarness } from '../support/http/harness.ts';

let testDatabase: Awaited<ReturnType<typeof createMigratedDatabase>>['testDatabase'];
beforeAll(async () => {
  const migrated = await createMigratedDatabase('sqlite');
  testDatabase = migrated.testDatabase;
  await migrated.database.close();
});
afterAll(() => testDatabase.drop());

/** Starts and stops the service, and returns its warnings that name migrations. */
async function startAndReadWarnings(): Promise<unknown[]> {
  const h = await createHarness({ database: testDatabase });
  await h.close();
  const lines = h.logLines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return lines.filter(({ level }) => level === 40).flatMap(({ migrations }) => migrations ?? []);
}

it('a start logs a warning if a newer version has migrated the database, and serves it', async () => {
  expect(await startAndReadWarnings()).toEqual([]);
  const database = await open(testDatabase);
  const newer = '20990101-0001-of-a-newer-version';
  await database.statements.change('INSERT INTO "SequelizeMeta" ("name") VALUES (?)', [newer]);
  await database.close();
  expect(await startAndReadWarnings()).toEqual([newer]);
});
