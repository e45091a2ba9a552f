import { Sequelize } from 'sequelize';
import { describe, expect, it } from 'vitest';
import { createTestDatabase, dialects } from '../support/database/databases.ts';
import { createHarness } from '../support/http/harness.ts';
import { waitFor } from '../support/wait-for.ts';

const COUNT = `SELECT 1 FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = 'waverify bus'`;

describe.skipIf(!dialects.includes('postgres'))('a service on PostgreSQL', () => {
  it('has a bus of one connection, shows it in its metrics, and ends it', async () => {
    const database = await createTestDatabase('postgres');
    const sequelize = new Sequelize(database.url, { logging: false });
    const count = async () => (await sequelize.query(COUNT))[0].length;
    const h = await createHarness({ database });
    await waitFor(async () => {
      const { raw } = await h.client.get('/metrics');
      return /^waverify_bus_connected 1$/m.test(raw) || undefined;
    }, 'the bus to be connected');
    expect(await count()).toBe(1);
    await h.close();
    await waitFor(async () => (await count()) === 0 || undefined, 'the end of the connection');
    await sequelize.close();
    await database.drop();
  });
});
