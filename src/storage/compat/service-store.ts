import type { Database } from '../database.ts';
import { VerifyService } from '../models/compat/verify-service.ts';
import { insertionBelow } from '../statement.ts';
import type { NewRowOf, RowOf } from '../table.ts';

export type StoredService = Omit<RowOf<typeof VerifyService>, 'id'>;

/** What a caller may change. Undefined leaves it, NULL empties it. */
export type ServiceChanges = {
  readonly friendlyName?: string | undefined;
  readonly codeLength?: number | undefined;
  readonly channels?: readonly string[] | null | undefined;
};

/** Names a service of an account. */
export type ServiceRef = { readonly accountId: string; readonly sid: string };

type NewService = NewRowOf<typeof VerifyService>;

const columns = VerifyService.pick(
  ...(['accountId', 'sid', 'friendlyName', 'codeLength', 'channels'] as const),
  ...(['createdAt', 'updatedAt'] as const),
);

export type ServiceStore = ReturnType<typeof createServiceStore>;

/** Stores the verify services of accounts. */
export function createServiceStore({ statements, models }: Database) {
  const { select, change, insert, transact } = statements;

  /** Creates a service; false if the account has `most` of them. */
  async function create(service: NewService, most: number): Promise<boolean> {
    await models.Account.ensure(service.accountId, service.createdAt);
    const { sql, values } = insertionBelow(VerifyService.insertion(service), {
      ...{ table: 'verify_services', column: 'accountId', value: service.accountId, most },
    });
    await insert(sql, values);
    // An INSERT of no row is no error.
    return (await find(service)) !== undefined;
  }

  /** Creates a service unless it exists. */
  async function ensure(service: NewService): Promise<void> {
    await models.Account.ensure(service.accountId, service.createdAt);
    await models.VerifyService.insertRow(service);
  }

  async function find({ accountId, sid }: ServiceRef): Promise<StoredService | undefined> {
    const [row] = await select(
      `SELECT ${columns.columns} FROM "verify_services" WHERE "sid" = $1 AND "accountId" = $2`,
      [sid, accountId],
    );
    return row && columns.decode(row);
  }

  /** Lists the services of an account, oldest first. */
  async function list(accountId: string): Promise<StoredService[]> {
    const rows = await select(
      `SELECT ${columns.columns} FROM "verify_services" WHERE "accountId" = $1 ORDER BY "id"`,
      [accountId],
    );
    return rows.map(columns.decode);
  }

  /** Changes a service; false if it does not exist. */
  async function update(
    { accountId, sid }: ServiceRef,
    changes: ServiceChanges,
    now: Date,
  ): Promise<boolean> {
    const { sets, values } = VerifyService.assignment({ ...changes, updatedAt: now }, 3);
    const sql = `UPDATE "verify_services" SET ${sets} WHERE "sid" = $1 AND "accountId" = $2`;
    return (await change(sql, [sid, accountId, ...values])) === 1;
  }

  /** Deletes a service with its rate limits; false if it does not exist. */
  function remove({ accountId, sid }: ServiceRef): Promise<boolean> {
    return transact([
      {
        sql: `DELETE FROM "verify_services" WHERE "sid" = $1 AND "accountId" = $2`,
        values: [sid, accountId],
        expectedRows: 1,
      },
      {
        sql: `DELETE FROM "verify_buckets" WHERE "rateLimitSid" IN
          (SELECT "sid" FROM "verify_rate_limits" WHERE "serviceSid" = $1)`,
        values: [sid],
      },
      { sql: `DELETE FROM "verify_rate_limits" WHERE "serviceSid" = $1`, values: [sid] },
    ]);
  }

  return { create, ensure, find, list, update, remove };
}
