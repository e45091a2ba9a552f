import type { Database } from '../../database.ts';
import { SessionContact } from '../../models/whatsapp/session-contact.ts';
import { placeholders } from '../../statement.ts';
import type { Selected } from '../../table.ts';
import { type AddressedEvent, toEventSteps } from '../../webhooks/event-steps.ts';
import { guardLevel, type SessionRef } from '../batch-steps.ts';

const names = SessionContact.pick('phoneNumber', 'sealedName', 'sealedPushName');
export type StoredNames = Selected<typeof names>;

export type NameStore = ReturnType<typeof createNameStore>;

/** Stores the names of the people whom sessions know. */
export function createNameStore({ statements, syntax }: Database) {
  const { select, transact } = statements;

  /** Finds the names of numbers, as far as they are stored. */
  async function find(
    sessionId: string,
    phoneNumbers: readonly string[],
  ): Promise<ReadonlyMap<string, StoredNames>> {
    if (phoneNumbers.length === 0) return new Map();
    const rows = await select(
      `SELECT ${names.columns} FROM "session_contacts"
       WHERE "sessionId" = $1 AND "phoneNumber" IN (${placeholders(phoneNumbers.length, 2)})`,
      [sessionId, ...phoneNumbers],
    );
    return new Map(rows.map(names.decode).map((row) => [row.phoneNumber, row]));
  }

  /** Stores the name in the phone's address book. False if the session no longer stores contents. */
  function save(
    session: SessionRef,
    contact: { readonly phoneNumber: string; readonly lid?: string; readonly sealedName: string },
    events: readonly AddressedEvent[],
    now: Date,
  ): Promise<boolean> {
    const { sessionId } = session;
    const { phoneNumber, lid = null, sealedName } = contact;
    const { sql, values } = SessionContact.insertion({
      ...{ sessionId, phoneNumber, lid, sealedName, createdAt: now, updatedAt: now },
    });
    const update = syntax.changeExisting(['sessionId', 'phoneNumber'], (incoming) => ({
      lid: `COALESCE(${incoming('lid')}, "session_contacts"."lid")`,
      sealedName: incoming('sealedName'),
      updatedAt: incoming('updatedAt'),
    }));
    return transact([
      guardLevel(session, 'content'),
      { sql: `${sql} ${update}`, values },
      ...toEventSteps(syntax, events, now),
    ]);
  }

  return { find, save };
}
