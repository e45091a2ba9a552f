import type { Timing } from '../../../src/channels/whatsapp/protocol/timing.ts';
import type { Row } from '../../../src/storage/statement.ts';
import { createContactStore } from '../../../src/storage/whatsapp/contact-store.ts';
import { dumpTables } from '../database/table-dump.ts';
import type { Harness } from '../http/harness.ts';
import { waitFor } from '../wait-for.ts';
import type { InboxMessage, Phone } from '../whatsapp-lab/lab.ts';
import { FakePhone } from '../whatsapp-lab/messages/phone.ts';
import { deviceJid, node, seconds } from '../whatsapp-lab/wire/nodes.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A person who may be written to: a phone of the lab, or a number that nobody has. */
type Person = { readonly number: string };

/** What the caller of a send that went well was told, and what the phone showed. */
type SentCode = {
  readonly verificationId: string;
  readonly messageId: string;
  readonly sessionId: string;
  readonly channel: string;
  readonly message: InboxMessage;
  readonly code: string;
};

/**
 * For suites that look at messages, not at connections: a busy machine is not taken for a dead line,
 * and a jump of the clock by days does not outrun the lease, after which a session reconnects.
 */
export const PATIENT: Partial<Timing> = { connectMs: 10_000, leaseMs: 40 * 86_400_000 };

const EVERY_TABLE = [
  'activity_logs',
  'deliveries',
  'idempotency_keys',
  'leases',
  'otp_logs',
  'rate_limits',
  'session_contacts',
  'session_credentials',
  'sessions',
];

/** What callers do to send by WhatsApp, and where a test sees what became of it. */
export function createSendingCalls({ client, database }: Pick<Harness, 'client' | 'database'>) {
  const { select } = database.statements;
  const contacts = createContactStore(database);

  const send = (person: Person, fields: Fields = {}) =>
    client.post('/api/otp/send', { phoneNumber: person.number, ...fields });

  /** Sends to a phone and reads the message there. @throws when the send is refused. */
  async function sendCode(phone: Phone, fields: Fields = {}): Promise<SentCode> {
    const { status, body, raw } = await send(phone, fields);
    if (status !== 200) throw new Error(`a send to ${phone.number} was answered ${status}: ${raw}`);
    const message = await phone.nextMessage();
    return { ...(body.data as unknown as SentCode), message, code: message.code ?? '' };
  }

  /** The attempts to reach somebody, oldest first. */
  function deliveriesTo({ number }: Person): Promise<Row[]> {
    return select(
      `SELECT "d".* FROM "deliveries" AS "d"
       JOIN "otp_logs" AS "o" ON "o"."verificationId" = "d"."verificationId"
       WHERE "o"."phoneNumber" = $1 ORDER BY "d"."id"`,
      [number],
    );
  }

  async function deliveryOf(messageId: string): Promise<Row> {
    const [row] = await select(`SELECT * FROM "deliveries" WHERE "messageId" = $1`, [messageId]);
    if (!row) throw new Error(`no delivery has the message id ${messageId}`);
    return row;
  }

  /** Resolves with the delivery when it stands at `status`. */
  function untilDelivery(messageId: string, status: string): Promise<Row> {
    return waitFor(async () => {
      const row = await deliveryOf(messageId);
      return row['status'] === status ? row : undefined;
    }, `message ${messageId} to be ${status}`);
  }

  /** The lines of one kind in the activity log, oldest first. */
  function activities(action: string): Promise<Row[]> {
    return select(`SELECT * FROM "activity_logs" WHERE "action" = $1 ORDER BY "id"`, [action]);
  }

  const contactOf = async ({ number }: Person, sessionId = 'default') =>
    (await contacts.find(number)).get(sessionId);

  /** Resolves when the session takes this person for somebody who knows it. */
  function untilKnown(person: Person, sessionId = 'default') {
    return waitFor(
      async () => (await contactOf(person, sessionId))?.knownAt,
      `${person.number} to be known to ${sessionId}`,
    );
  }

  /** The person writes first; resolves when the session has that message on record. */
  async function befriend(phone: Phone, owner: Phone, sessionId = 'default'): Promise<void> {
    const messageId = await phone.sendText(owner.pn, `hello from ${phone.number}`);
    await untilKnown(phone, sessionId);
    await waitFor(
      async () =>
        (await activities('message_receive')).find((row) => row['messageId'] === messageId),
      `the message of ${phone.number} in the activity log`,
    );
  }

  return {
    send,
    sendCode,
    deliveriesTo,
    deliveryOf,
    untilDelivery,
    activities,
    contactOf,
    untilKnown,
    befriend,
    contacts,
    dumpAll: () => dumpTables({ database }, EVERY_TABLE),
  };
}

export type SendingCalls = ReturnType<typeof createSendingCalls>;

type Receipt = {
  readonly from: Phone;
  readonly id: string;
  readonly type?: 'read' | 'played' | 'inactive' | 'retry';
  /** More ids that the same receipt acknowledges, as after a while away. */
  readonly others?: readonly string[];
};

/** Sends a receipt to the linked devices of `owner` that no phone would send by itself. */
export function forgeReceipt(owner: Phone, { from, id, type, others = [] }: Receipt): void {
  if (!(owner instanceof FakePhone)) throw new Error('only phones of the lab get receipts');
  const items = others.map((other) => node('item', { id: other }));
  const list = items.length > 0 ? [node('list', {}, items)] : undefined;
  const jid = deviceJid(from.pn, 0);
  for (const companion of owner.companions.values()) {
    companion.post(node('receipt', { from: jid, id, t: seconds(), type }, list));
  }
}

/** Has a person tell the linked devices of `owner` what only their own phone may: keys and a history. */
export async function forgeHistory(owner: Phone, from: Phone): Promise<void> {
  if (!(owner instanceof FakePhone && from instanceof FakePhone)) {
    throw new Error('only phones of the lab talk to devices');
  }
  for (const companion of owner.companions.values()) await from.greet(companion);
}

/** What left an account by its linked devices: its own phone gets a copy of each message. */
export function sentBy(owner: Phone): readonly InboxMessage[] {
  return owner.inbox.filter(({ sentByMe }) => sentByMe !== undefined);
}
