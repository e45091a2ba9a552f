import { writeFileSync } from 'node:fs';
import { migrations } from '../../../database/migrations/index.ts';
import { createMigrator } from '../../../database/migrator.ts';
import type { Snapshot } from '../../../database/snapshot/snapshot.ts';
import { createTestDatabase, type DialectName } from '../database/databases.ts';
import { open } from '../database/migrated-database.ts';
import { readSchema } from './read-schema.ts';

const dialects: readonly DialectName[] = ['sqlite', 'mysql', 'postgres'];

/** Runs all migrations one by one in an empty database, and reads what they made. */
async function takeSnapshot(dialect: DialectName): Promise<Snapshot> {
  const testDatabase = await createTestDatabase(dialect);
  const { sequelize, close } = await open(testDatabase);
  try {
    await createMigrator(sequelize, migrations).up();
    return { last: migrations.at(-1)?.name ?? '', ...(await readSchema(sequelize)) };
  } finally {
    await close();
    await testDatabase.drop();
  }
}

function toModule(dialect: DialectName, { last, tables, rows }: Snapshot): string {
  const quote = (statement: string) => `\`${statement.replace(/[`\\$]/g, '\\$&')}\`,\n`;
  return `import type { Snapshot } from './snapshot.ts';

/** Written by \`npm run db:snapshot\`: run it when a migration is added, and edit nothing here. */
export const ${dialect}: Snapshot = {
  last: '${last}',
  tables: [${tables.map(quote).join('')}],
  rows: [${rows.map(quote).join('')}],
};
`;
}

for (const dialect of dialects) {
  const path = new URL(`../../../database/snapshot/${dialect}.ts`, import.meta.url);
  writeFileSync(path, toModule(dialect, await takeSnapshot(dialect)));
}
