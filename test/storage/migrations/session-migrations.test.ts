import { DataTypes } from 'sequelize';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrations } from '../../../database/migrations/index.ts';
import { createMigrator } from '../../../database/migrator.ts';
import { createLeaseStore } from '../../../src/storage/limits/lease-store.ts';
import { createSessionStore } from '../../../src/storage/whatsapp/session-store.ts';
import { createTestDatabase } from '../../support/database/databases.ts';
import { onOneDatabase } from '../../support/database/lanes.ts';
import {
  type MigratedDatabase,
  migrateAndOpen,
  open,
} from '../../support/database/migrated-database.ts';
import { readTable } from '../../support/schema/read-table.ts';

onOneDatabase('the migrations for sessions on %s', (dialect) => {
  let migrated: MigratedDatabase;
  beforeAll(async () => {
    migrated = await migrateAndOpen(await createTestDatabase(dialect));
  });
  afterAll(() => migrated.close());

  it('bring a session of before along, down to its old table and up again', async () => {
    const testDatabase = await createTestDatabase(dialect);
    const database = await open(testDatabase);
    const migrator = createMigrator(database.sequelize, migrations);
    const lastOfBefore = '20261121-0007-create-leases';
    await migrator.up({ to: lastOfBefore });
    const old = await readTable(database, 'sessions');
    const now = new Date('2026-03-01T23:59:59.999Z');
    await database.statements.change(
      `INSERT INTO "sessions" ("accountId", "sessionId", "isConnected", "createdAt", "updatedAt")
       VALUES ($1, $2, $3, $4, $4)`,
      ['default', 'from-before', 1, now],
    );
    const sessions = createSessionStore(database);
    const expected = { state: 'unlinked', attempt: 0, isLinked: false, isConnected: true };
    for (let round = 0; round < 2; round += 1) {
      await migrator.up();
      expect(await sessions.find('default', 'from-before')).toMatchObject(expected);
      await migrator.down({ to: '20261121-0008-add-session-state' });
      expect(await readTable(database, 'sessions')).toEqual(old);
    }
    await database.close();
    await testDatabase.drop();
  });

  it('go on with columns of which a start that was cut off made some', async () => {
    const { database, migrator } = migrated;
    const before = await readTable(database, 'sessions');
    await migrator.down({ to: '20261121-0008-add-session-state' });
    const state = { type: DataTypes.STRING(16), allowNull: false, defaultValue: 'unlinked' };
    await database.sequelize.getQueryInterface().addColumn('sessions', 'state', state);
    await migrator.up();
    expect(await readTable(database, 'sessions')).toEqual(before);
  });

  it('take back long names of leases with the leases that have them', async () => {
    const { database, migrator } = migrated;
    const leases = createLeaseStore(database);
    const now = new Date();
    const [long, short] = ['x'.repeat(100), 'x'.repeat(64)];
    for (const name of [long, short]) await leases.acquire({ name, owner: 'one' }, now, now);
    await migrator.down({ to: '20261121-0011-widen-lease-names' });
    expect(await database.statements.select('SELECT "name" FROM "leases"', [])).toEqual([
      { name: short },
    ]);
    await migrator.up();
  });
});
