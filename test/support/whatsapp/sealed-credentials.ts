import { BufferJSON } from '../../../src/channels/whatsapp/protocol/baileys.ts';
import { createKeyCodec } from '../../../src/channels/whatsapp/protocol/key-codec.ts';
import { createSealer } from '../../../src/lib/crypto/encryption.ts';
import { createSecretKey } from '../../../src/lib/crypto/secrets.ts';
import { type Harness, SECRET_KEY } from '../http/harness.ts';

type Stored = Pick<Harness, 'database'>;

/** A sealer as a service with this secret key has it. */
export function sealerOf(secretKey: string, previousSecretKey?: string) {
  return createSealer({
    current: createSecretKey(secretKey),
    previous: previousSecretKey === undefined ? undefined : createSecretKey(previousSecretKey),
  });
}

/** The rows of a session's credentials as they lie in the database. */
export async function readSealed({ database }: Stored, sessionId: string) {
  const rows = await database.statements.select(
    `SELECT "category", "keyId", "sealed", "secretVersion" FROM "session_credentials"
     WHERE "sessionId" = $1 ORDER BY "category", "keyId"`,
    [sessionId],
  );
  return rows.map((row) => ({
    category: String(row['category']),
    keyId: String(row['keyId']),
    sealed: String(row['sealed']),
    secretVersion: String(row['secretVersion']),
  }));
}

/** What a thief of the database and of the secret key has: the credentials for another client. */
export async function openCredentials(stored: Stored, sessionId: string): Promise<string> {
  const codec = createKeyCodec({ sessionId, sealer: sealerOf(SECRET_KEY) });
  const store: Record<string, Record<string, unknown>> = {};
  let creds: unknown;
  for (const { category, keyId, sealed } of await readSealed(stored, sessionId)) {
    const value = codec.open(category, keyId, sealed);
    if (category === 'creds') creds = value;
    else store[category] = { ...store[category], [keyId]: value };
  }
  return JSON.stringify({ creds, store }, BufferJSON.replacer);
}
