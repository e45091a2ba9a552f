import type { Database } from '../../../src/storage/database.ts';

/**
 * On a server, lets every INSERT into `deliveries` wait, as long as it takes, and reads pass: a process that opened a verification then
 * stands right before its channel. The returned function lets them go.
 */
export async function holdDeliveries({ sequelize }: Database): Promise<() => Promise<void>> {
  const dialect = sequelize.getDialect();
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
