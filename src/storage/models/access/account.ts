import type { RequestedStep } from '../../../domain/delivery/workflow.ts';
import { json, nullable, primaryKey, string, time } from '../../columns.ts';
import { table } from '../../table.ts';

/** A tenant. Accounts are never deleted. */
export class Account extends table('accounts', {
  id: primaryKey(string(36)),
  name: string(120),
  settings: nullable(json<Readonly<Record<string, unknown>>>()),
  createdAt: time,
  updatedAt: time,
  /** NULL means that the channels of the configuration are tried. */
  workflow: nullable(json<readonly RequestedStep[]>()),
}) {
  /** Creates the account unless it exists. Other tables have foreign keys to it. */
  static async ensure(id: string, now: Date): Promise<void> {
    const known = await this.statements.select(
      `SELECT ${this.columns} FROM "accounts" WHERE "id" = $1`,
      [id],
    );
    if (known.length > 0) return;
    // If another caller is first, there is nothing to do.
    await this.insertRow({ id, name: id, createdAt: now, updatedAt: now });
  }
}
