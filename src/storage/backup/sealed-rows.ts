import type { Database } from '../database.ts';
import { models } from '../models/all-models.ts';
import { Message } from '../models/conversations/message.ts';
import { Hook } from '../models/hooks/hook.ts';
import { Webhook } from '../models/webhooks/webhook.ts';
import { SessionCredential } from '../models/whatsapp/session-credential.ts';

const credential = SessionCredential.pick('sessionId', 'category', 'keyId', 'sealed');
const webhook = Webhook.pick('webhookId', 'sealedSecret');
const hook = Hook.pick('hookId', 'sealedSecret');
const message = Message.pick('sessionId', 'messageId', 'sealedContent');

/** Reads one sealed row of each kind, the one that was written last: what the secret key must open. */
export async function findSealedRows({ statements }: Pick<Database, 'statements'>) {
  const { select } = statements;
  const [credentials, webhooks, hooks, messages] = await Promise.all([
    select(
      `SELECT ${credential.columns} FROM "session_credentials" ORDER BY "updatedAt" DESC LIMIT 1`,
      [],
    ),
    select(`SELECT ${webhook.columns} FROM "webhooks" ORDER BY "id" DESC LIMIT 1`, []),
    select(`SELECT ${hook.columns} FROM "hooks" ORDER BY "id" DESC LIMIT 1`, []),
    select(
      `SELECT ${message.columns} FROM "messages" WHERE "sealedContent" IS NOT NULL
       ORDER BY "id" DESC LIMIT 1`,
      [],
    ),
  ]);
  return {
    credential: credentials.map(credential.decode)[0],
    webhook: webhooks.map(webhook.decode)[0],
    hook: hooks.map(hook.decode)[0],
    message: messages.map(message.decode)[0],
  };
}

const VERSION = 'secretVersion';

/** Lists the versions of the secret keys under which `tables` have rows. */
export async function listSecretVersions(
  { sequelize, statements }: Database,
  tables: readonly string[],
): Promise<string[]> {
  const schema = sequelize.getQueryInterface();
  const versions = new Set<string>();
  for (const { table, definition } of Object.values(models)) {
    if (!tables.includes(table) || !(VERSION in definition)) continue;
    // A database of an older version may not have the column.
    if (!(VERSION in (await schema.describeTable(table)))) continue;
    const rows = await statements.select(
      `SELECT DISTINCT "${VERSION}" FROM "${table}" WHERE "${VERSION}" IS NOT NULL`,
      [],
    );
    for (const row of rows) versions.add(String(row[VERSION]));
  }
  return [...versions].sort();
}
