import type { Database } from '../../../src/storage/database.ts';

/**
 * Lets every INSERT into `deliveries` wait, as long as it takes, and reads pass: a process that opened a verification then
 * stands right before its channel. The returned function lets them go.
 */
export async function holdDeliveries({
  sequelize,
  statements,
}: Database): Promise<() => Promise<void>> {
  const dialect = sequelize.getDialect();
  if (dialect === 'sqlite') {
    // SQLite has no lock of one table: a trigger counts very far before each row.
    await statements.change(
      `CREATE TRIGGER "hold" BEFORE INSERT ON "deliveries" BEGIN
         SELECT COUNT(*) FROM (WITH RECURSIVE "far" ("n") AS
           (SELECT 1 UNION ALL SELECT "n" + 1 FROM "far" WHERE "n" < 1000000000) SELECT "n" FROM "far");
       END`,
      [],
    );
    return async () => void (await statements.change('DROP TRIGGER "hold"', []));
  }
  const transaction = await sequelize.transaction();
  const lock =
    dialect === 'postgres'
      ? 'LOCK TABLE "deliveries" IN EXCLUSIVE MODE'
      : 'LOCK TABLES `deliveries` READ';
  await sequelize.query(lock, { transaction });
  return async () => {
    if (dialect !== 'postgres') await sequelize.query('UNLOCK TABLES', { transaction });
    await transaction.rollback();
  };
}
