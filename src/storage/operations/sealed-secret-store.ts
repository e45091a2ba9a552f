import type { Database } from '../database.ts';
import { Hook } from '../models/hooks/hook.ts';
import { Webhook } from '../models/webhooks/webhook.ts';

const sealed = ['id', 'sealedSecret', 'sealedPreviousSecret', 'previousUntil'] as const;

/** The tables with secrets that can be rotated. */
const TABLES = {
  webhooks: { name: 'webhookId', columns: Webhook.pick('webhookId', ...sealed) },
  hooks: { name: 'hookId', columns: Hook.pick('hookId', ...sealed) },
} as const;

export type SecretTable = keyof typeof TABLES;

/** The secrets of one webhook or hook. */
export type SealedSecrets = {
  readonly id: number;
  /** The `webhookId` or `hookId`. */
  readonly name: string;
  readonly sealedSecret: string;
  readonly sealedPreviousSecret: string | undefined;
  /** Until when the previous secret is valid. */
  readonly previousUntil: Date | undefined;
};

export type SealedSecretStore = ReturnType<typeof createSealedSecretStore>;

/** The sealed secrets of webhooks and hooks, for the job that seals them with a new secret key. */
export function createSealedSecretStore({ statements }: Pick<Database, 'statements'>) {
  const { select, change } = statements;

  /** Lists the secrets of rows after a row, by ID; at most `limit`. */
  async function list(
    table: SecretTable,
    { after, limit }: { readonly after: number; readonly limit: number },
  ): Promise<SealedSecrets[]> {
    const { name, columns } = TABLES[table];
    const rows = await select(
      `SELECT ${columns.columns} FROM "${table}" WHERE "id" > $1 ORDER BY "id" LIMIT ${limit}`,
      [after],
    );
    return rows.map((row) => ({ ...columns.decode(row), name: String(row[name]) }));
  }

  /** Replaces the secrets of a row; false if they are no longer those of `from`, because they were rotated. */
  async function replace(
    table: SecretTable,
    from: SealedSecrets,
    to: Pick<SealedSecrets, 'sealedSecret' | 'sealedPreviousSecret'>,
  ): Promise<boolean> {
    const replaced = await change(
      `UPDATE "${table}" SET "sealedSecret" = $3, "sealedPreviousSecret" = $4
       WHERE "id" = $1 AND "sealedSecret" = $2`,
      [from.id, from.sealedSecret, to.sealedSecret, to.sealedPreviousSecret ?? null],
    );
    return replaced === 1;
  }

  return { list, replace };
}
