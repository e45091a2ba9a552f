import { findOldWhatsAppUser } from '../../domain/whatsapp/whatsapp-number.ts';
import type { Database } from '../database.ts';
import { SessionContact } from '../models/whatsapp/session-contact.ts';
import { placeholders } from '../statement.ts';
import type { Selected } from '../table.ts';

const stored = SessionContact.pick(
  'sessionId',
  'phoneNumber',
  'isOnWhatsApp',
  'checkedAt',
  'knownAt',
  'whatsAppId',
);

/**
 * What a session knows about one number. `isOnWhatsApp` is undefined before the first lookup, `knownAt`
 * if the recipient does not know the session, and `whatsAppId` before WhatsApp has returned it.
 */
type Contact = Omit<Selected<typeof stored>, keyof ContactKey>;

const known = SessionContact.pick('phoneNumber', 'whatsAppId');
/** Someone who knows a session. */
export type KnownContact = Selected<typeof known>;

const contactKey = SessionContact.pick('sessionId', 'phoneNumber');

type ContactKey = Selected<typeof contactKey>;
type Facts = { readonly [K in keyof Contact]?: Exclude<Contact[K], undefined> };

export type ContactStore = ReturnType<typeof createContactStore>;

/** Stores what each session knows about the numbers to which it writes. */
export function createContactStore({ statements, models }: Database) {
  const { select, change } = statements;

  /** Finds what each session knows about a number. */
  async function find(phoneNumber: string): Promise<ReadonlyMap<string, Contact>> {
    const rows = await select(
      `SELECT ${stored.columns} FROM "session_contacts" WHERE "phoneNumber" IN ($1, $2)`,
      [phoneNumber, findOldSpelling(phoneNumber) ?? phoneNumber],
    );
    const contacts = new Map<string, Contact>();
    for (const { sessionId, phoneNumber: spelling, ...contact } of rows.map(stored.decode)) {
      const other = contacts.get(sessionId);
      // The current form of the number counts, but either may be the one that is known.
      const chosen = other && spelling !== phoneNumber ? other : contact;
      contacts.set(sessionId, { ...chosen, knownAt: contact.knownAt ?? other?.knownAt });
    }
    return contacts;
  }

  /**
   * Lists people who know a session and are not blocked, the latest first: those of `phoneNumbers`, or any. A person may
   * be in it by the number as older versions stored it.
   */
  async function listKnown(
    sessionId: string,
    { phoneNumbers, limit }: { readonly phoneNumbers?: readonly string[]; readonly limit: number },
  ): Promise<KnownContact[]> {
    const spellings = phoneNumbers?.flatMap(spellingsOf) ?? [];
    const which = phoneNumbers ? `AND "phoneNumber" IN (${placeholders(spellings.length, 2)})` : '';
    const rows = await select(
      `SELECT ${known.columns} FROM "session_contacts" WHERE "sessionId" = $1
       AND "knownAt" IS NOT NULL AND "isBlocked" = FALSE ${which}
       ORDER BY "knownAt" DESC LIMIT ${limit}`,
      [sessionId, ...spellings],
    );
    return rows.map(known.decode);
  }

  /** Stores whether a number is on WhatsApp, and its id there. */
  function saveLookup(
    sessionId: string,
    phoneNumber: string,
    isOnWhatsApp: boolean,
    now: Date,
    whatsAppId?: string,
  ): Promise<void> {
    const found = { isOnWhatsApp, checkedAt: now, ...(whatsAppId && { whatsAppId }) };
    return save({ sessionId, phoneNumber }, found, now);
  }

  /**
   * Records that the recipient knows the session, because they wrote to it or read its message. If a
   * lookup returned the id for another number, the record of that number is updated.
   */
  async function markKnown(
    sessionId: string,
    phoneNumber: string,
    now: Date,
    whatsAppId?: string,
  ): Promise<void> {
    if (whatsAppId === undefined) return save({ sessionId, phoneNumber }, { knownAt: now }, now);
    const [marked] = await models.SessionContact.update(
      { knownAt: now, updatedAt: now },
      { where: { sessionId, whatsAppId } },
    );
    if (marked === 0) await save({ sessionId, phoneNumber }, { knownAt: now, whatsAppId }, now);
  }

  /** Records that the recipient does not know the session. */
  async function forgetKnown(sessionId: string, phoneNumber: string, now: Date): Promise<void> {
    await models.SessionContact.update(
      { knownAt: null, updatedAt: now },
      { where: { sessionId, phoneNumber: spellingsOf(phoneNumber) } },
    );
  }

  /** Updates the row, or creates it. If another caller creates it in between, updates that one. */
  async function save(contact: ContactKey, facts: Facts, now: Date): Promise<void> {
    const values = { ...facts, updatedAt: now };
    const update = () => models.SessionContact.update(values, { where: { ...contact } });
    const [updated] = await update();
    if (updated === 1) return;
    const row = { ...contact, ...values, createdAt: now };
    if (!(await models.SessionContact.insertRow(row))) await update();
  }

  /** Deletes all contacts of a session. */
  async function clear(sessionId: string): Promise<void> {
    await models.SessionContact.destroy({ where: { sessionId } });
  }

  /** Deletes up to `batch` contacts that were not updated since `before`; returns how many. */
  async function prune(before: Date, batch: number): Promise<number> {
    const old = await select(
      `SELECT ${contactKey.columns} FROM "session_contacts" WHERE "updatedAt" < $1
       ORDER BY "updatedAt" LIMIT ${batch}`,
      [before],
    );
    if (old.length === 0) return 0;
    const rows = old.map(
      (_, i) => `("sessionId" = $${2 * i + 2} AND "phoneNumber" = $${2 * i + 3})`,
    );
    return change(
      `DELETE FROM "session_contacts" WHERE "updatedAt" < $1 AND (${rows.join(' OR ')})`,
      [before, ...old.map(contactKey.decode).flatMap((key) => [key.sessionId, key.phoneNumber])],
    );
  }

  return { find, listKnown, saveLookup, markKnown, forgetKnown, clear, prune };
}

/** A number, and the form in which older versions stored it if WhatsApp uses another one. */
function spellingsOf(phoneNumber: string): string[] {
  return [phoneNumber, findOldSpelling(phoneNumber) ?? []].flat();
}

function findOldSpelling(phoneNumber: string): string | undefined {
  const old = findOldWhatsAppUser(phoneNumber);
  return old && `+${old}`;
}
