import type { DeliveryReceipt } from '../../../src/channels/contract.ts';
import { createSessionPool } from '../../../src/channels/whatsapp/pool.ts';
import { DEFAULT_TIMING, type Timing } from '../../../src/channels/whatsapp/protocol/timing.ts';
import type { SessionMessage } from '../../../src/domain/conversations/whatsapp-message.ts';
import { createSealer } from '../../../src/lib/crypto/encryption.ts';
import { createSecretKey } from '../../../src/lib/crypto/secrets.ts';
import { createLogger } from '../../../src/lib/logger.ts';
import { createOwnerId } from '../../../src/lib/process-identity.ts';
import { createContactBudget } from '../../../src/services/whatsapp/contact-budget.ts';
import type { Database } from '../../../src/storage/database.ts';
import { createCounterStore } from '../../../src/storage/limits/counter-store.ts';
import { createLeaseStore } from '../../../src/storage/limits/lease-store.ts';
import { createContactStore } from '../../../src/storage/whatsapp/contact-store.ts';
import {
  type CredentialStore,
  createCredentialStore,
} from '../../../src/storage/whatsapp/credential-store.ts';
import { createSessionStore } from '../../../src/storage/whatsapp/session-store.ts';
import { createMigratedDatabase } from '../database/migrated-database.ts';
import { SECRET_KEY } from '../http/harness.ts';
import { waitFor } from '../wait-for.ts';
import type { Lab, Phone } from '../whatsapp-lab/lab.ts';
import { QUICK } from './linked-harness.ts';
import { PATIENT } from './whatsapp-sending.ts';

type Options = {
  readonly watch?: (store: CredentialStore) => CredentialStore;
  /** By default one of its own. Another one is the caller's to close. */
  readonly database?: Database;
  readonly timing?: Partial<Timing>;
};

/** The linked numbers of a node without the service around them. */
export async function createTestPool(
  lab: Pick<Lab, 'url'>,
  { watch = (store) => store, database: given, timing }: Options = {},
) {
  const { database, close } = given
    ? { database: given, close: async () => {} }
    : await createMigratedDatabase('sqlite');
  const now = () => new Date();
  const contacts = createContactStore(database);
  const records = createSessionStore(database);
  const receipts: DeliveryReceipt[] = [];
  const messages: SessionMessage[] = [];
  const pool = createSessionPool({
    socketOptions: {
      url: lab.url,
      version: undefined,
      timing: { ...DEFAULT_TIMING, ...QUICK, queryMs: 1000, ...PATIENT, ...timing },
    },
    sending: { spacingMs: 0, ackMs: 2000 },
    credentials: watch(createCredentialStore(database)),
    sealer: createSealer({ current: createSecretKey(SECRET_KEY), previous: undefined }),
    budget: createContactBudget({ counters: createCounterStore(database), perDay: 0, now }),
    leases: createLeaseStore(database),
    owner: createOwnerId(),
    record: () => {},
    onReceipt: (receipt) => void receipts.push(receipt),
    onMessage: (received) => void messages.push(received),
    onMessageReceipt: () => {},
    onSettings: () => {},
    onLidMapping: () => {},
    onAccountNews: () => {},
    random: Math.random,
    logger: createLogger('silent', { write: () => {} }),
    ...{ contacts, records, now },
  });
  const { keeper } = pool;

  /** Makes a session and links it to the account of `phone` by QR. */
  async function link(phone: Phone, sessionId = 'default'): Promise<void> {
    const identity = { sessionId, accountId: 'default' };
    await records.create(identity, now());
    await keeper.keep(identity);
    await keeper.startLinking(sessionId);
    const qr = await waitFor(() => keeper.snapshot(sessionId)?.qr, 'a QR code');
    await phone.scanQr(qr.text);
    const isOpen = () => (keeper.snapshot(sessionId)?.state === 'open' ? true : undefined);
    await waitFor(isOpen, `session ${sessionId} to be open`);
  }

  return {
    pool,
    database,
    contacts,
    /** The receipts that the pool has passed on. */
    receipts,
    /** The messages that the pool has passed on. */
    messages,
    link,
    async close() {
      await keeper.close();
      await close();
    },
  };
}
