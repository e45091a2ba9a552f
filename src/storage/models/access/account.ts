import { json, nullable, primaryKey, string, time } from '../../columns.ts';
import { table } from '../../table.ts';

/** One tenant. Nothing deletes accounts. */
export class Account extends table('accounts', {
  id: primaryKey(string(36)),
  name: string(120),
  settings: nullable(json<Readonly<Record<string, unknown>>>()),
  createdAt: time,
  updatedAt: time,
}) {
  /** Creates the account unless it exists. Other tables have foreign keys to it. */
  static async ensure(id: string, now: Date): Promise<void> {
    if ((await this.count({ where: { id } })) > 0) return;
    const { sql, values } = this.insertion({ id, name: id, createdAt: now, updatedAt: now });
    // Another caller may have been first: then there is nothing to do.
    await this.statements.insert(sql, values);
  }
}
