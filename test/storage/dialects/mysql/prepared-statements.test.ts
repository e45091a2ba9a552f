import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../../src/storage/database.ts';
import { MOST_PREPARED } from '../../../../src/storage/dialects/mysql/open-mysql.ts';
import {
  createTestDatabase,
  databaseConfig,
  serverDialects,
} from '../../../support/database/databases.ts';

describe.skipIf(!serverDialects.includes('mysql'))('the statements that the server keeps', () => {
  it('stay below a limit, because all connections of a server share one', async () => {
    const testDatabase = await createTestDatabase('mysql');
    const config = { ...databaseConfig(testDatabase), poolMax: 1 };
    const { statements, close } = await openDatabase(config);
    const readCount = async (name: string) => {
      const [row] = await statements.select(`SHOW SESSION STATUS LIKE '${name}'`, []);
      return Number(row?.['Value']);
    };
    for (let length = 1; length <= MOST_PREPARED + 50; length += 1) {
      const list = Array.from({ length }, (_, index) => `$${index + 1}`).join(', ');
      await statements.select(`SELECT 1 FROM DUAL WHERE 0 IN (${list})`, Array(length).fill(1));
    }
    const [prepared, closed] = await Promise.all(
      ['Com_stmt_prepare', 'Com_stmt_close'].map(readCount),
    );
    expect(prepared).toBeGreaterThan(MOST_PREPARED);
    expect(Number(prepared) - Number(closed)).toBeLessThanOrEqual(MOST_PREPARED);
    await close();
    await testDatabase.drop();
  });
});
