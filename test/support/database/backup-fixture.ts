import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { toConfig } from '../../../config/config.ts';
import { readEnv } from '../../../config/env.ts';
import type { BackupContext } from '../../../src/cli/backup/context.ts';
import { createSealer } from '../../../src/lib/crypto/encryption.ts';
import { createSecretKey } from '../../../src/lib/crypto/secrets.ts';
import { sealContent } from '../../../src/services/conversations/seal-content.ts';
import { sealSecret } from '../../../src/services/webhooks/webhook-secrets.ts';
import type { Database } from '../../../src/storage/database.ts';
import { API_KEY } from '../http/client.ts';
import { SECRET_KEY } from '../http/harness.ts';
import { sealerOf } from '../whatsapp/sealed-credentials.ts';
import type { TestDatabase } from './databases.ts';
import { insertSessions } from './new-sessions.ts';

type Overrides = {
  readonly secretKey?: string;
  readonly environment?: BackupContext['environment'];
};

/** What the commands for backups get when they run on a test database. */
export function backupContext(
  { url, statePath }: TestDatabase,
  { secretKey = SECRET_KEY, environment = process.env }: Overrides = {},
): BackupContext {
  const MEDIA_PATH = join(statePath, 'media');
  const env = { NODE_ENV: 'test', DATABASE_URL: url, STATE_PATH: statePath, MEDIA_PATH };
  return {
    config: toConfig(readEnv({ ...env, OTP_CHANNELS: 'console' }, () => '')),
    secrets: { secretKey, apiKey: API_KEY, previousSecretKey: undefined },
    environment,
    now: () => new Date(),
    print: () => {},
  };
}

/** Characters that a dump could spoil. */
export const ODD_TEXT = `O'Brien "x" \\ \`;\`\n\r\t\u2028 𝄞 ; -- INSERT INTO \`users\` VALUES (1);`;

const AT = new Date('2026-11-01T10:00:00.123Z');
const TIMES = { createdAt: AT, updatedAt: AT };
export const FILE_KEYS = ['a', 'b'].map((one) => `default/${one}${one}/${one.repeat(32)}`);

/** Sessions, sealed rows, a push that waits, a lease, and two files of messages, of which one is in the folder. */
export async function fillForBackup({ models }: Database, statePath: string): Promise<void> {
  const keys = { current: createSecretKey(SECRET_KEY), previous: undefined };
  await insertSessions({ models }, [
    { sessionId: 'shop', state: 'open' },
    { sessionId: 'gone', state: 'logged_out' },
  ]);
  const creds = { sessionId: 'shop', category: 'creds', keyId: 'creds' };
  const sealer = sealerOf(SECRET_KEY);
  await models.SessionCredential.insertRow({
    ...{ ...creds, secretVersion: sealer.version, updatedAt: AT },
    sealed: sealer.seal('{}', JSON.stringify(Object.values(creds))),
  });
  await insertWebhook(models, sealSecret(createSealer(keys, 'webhook'), 'wh_1', 'whsec_1'));
  const conversations = createSealer(keys, 'conversation');
  const place = { sessionId: 'shop', messageId: 'M1' };
  await models.Message.insertRow({
    ...{
      ...place,
      accountId: 'default',
      chatKey: '1@s.whatsapp.net',
      authorKey: '1',
      fromMe: false,
    },
    ...{ messageType: 'text', status: 'delivered', sentAt: AT, ingestId: 'i', ...TIMES },
    ...sealContent(conversations, place, { type: 'text', text: ODD_TEXT }),
  });
  await models.Lease.insertRow({ name: 'session:shop', owner: 'a', heldUntil: Date.now() + 9e6 });
  for (const [index, storageKey] of FILE_KEYS.entries()) {
    await models.Media.insertRow({
      ...{ accountId: 'default', sessionId: 'shop', messageRow: index + 1, state: 'stored' },
      ...{ claimId: `c${index}`, claimedUntil: AT, storage: 'local', storageKey, ...TIMES },
      ...{ sealedKey: 'x', secretVersion: conversations.version },
    });
  }
  await models.MediaUpload.insertRow({
    ...{
      mediaId: 'up_1',
      accountId: 'default',
      sessionId: 'shop',
      state: 'stored',
      sealedKey: 'x',
    },
    ...{ storage: 'local', storageKey: `default/cc/${'c'.repeat(32)}`, ...TIMES },
    ...{ secretVersion: conversations.version, expiresAt: new Date(Date.now() + 9e7) },
  });
  const [first = ''] = FILE_KEYS;
  mkdirSync(dirname(join(statePath, 'media', first)), { recursive: true });
  writeFileSync(join(statePath, 'media', first), 'sealed file');
}

async function insertWebhook(models: Database['models'], sealedSecret: string): Promise<void> {
  await models.Webhook.insertRow({
    ...{
      webhookId: 'wh_1',
      accountId: 'default',
      url: 'https://x.example/',
      description: ODD_TEXT,
    },
    // Inactive, so that the service of the test pushes nothing.
    ...{ events: ['*'], isActive: false, sealedSecret, ...TIMES },
  });
  await models.Event.insertRow({
    ...{ eventId: 'ev_1', accountId: 'default', type: 'verification.sent', subject: 'v' },
    ...{ data: { sequence: 1 } as never, occurredAt: AT, createdAt: AT },
  });
  const push = { webhookId: 'wh_1', eventId: 'ev_1', nextAttemptAt: AT, ...TIMES };
  await models.WebhookDelivery.insertRow({ ...push, status: 'PENDING' });
}
