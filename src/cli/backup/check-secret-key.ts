import { keyContextOf } from '../../channels/whatsapp/protocol/key-context.ts';
import { createSealer, SealError } from '../../lib/crypto/encryption.ts';
import { createSecretKey } from '../../lib/crypto/secrets.ts';
import { openContent } from '../../services/conversations/seal-content.ts';
import { openHookSecrets } from '../../services/hooks/hook-secrets.ts';
import { openSecrets } from '../../services/webhooks/webhook-secrets.ts';
import { findSealedRows } from '../../storage/backup/sealed-rows.ts';
import type { Database } from '../../storage/database.ts';
import type { BackupContext } from './context.ts';

/** The secret before a rotation is not looked at. */
const NO_PREVIOUS = { sealedPreviousSecret: undefined, previousUntil: undefined };

/**
 * Opens one sealed row of each kind. Returns why one of them cannot be opened; undefined if all can, or there is none.
 */
export async function findSealFault(
  { secrets, now }: Pick<BackupContext, 'secrets' | 'now'>,
  database: Pick<Database, 'statements'>,
): Promise<string | undefined> {
  const { secretKey, previousSecretKey: previous } = secrets;
  const keys = {
    current: createSecretKey(secretKey),
    previous: previous === undefined ? undefined : createSecretKey(previous),
  };
  const { credential, webhook, hook, message } = await findSealedRows(database);
  try {
    if (credential?.sealed) {
      const { sessionId, category, keyId, sealed } = credential;
      createSealer(keys).open(sealed, keyContextOf(sessionId, category, keyId));
    }
    if (webhook) {
      openSecrets(createSealer(keys, 'webhook'), { ...webhook, ...NO_PREVIOUS }, now());
    }
    if (hook) openHookSecrets(createSealer(keys, 'hook'), { ...hook, ...NO_PREVIOUS }, now());
    if (message?.sealedContent)
      openContent(createSealer(keys, 'conversation'), message, message.sealedContent);
    return undefined;
  } catch (error) {
    if (error instanceof SealError) return error.message;
    throw error;
  }
}
