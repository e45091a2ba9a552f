import type { Order } from 'sequelize';
import { findOldWhatsAppUser } from '../../domain/whatsapp/whatsapp-number.ts';
import type { Database } from '../database.ts';
import { SessionContact } from '../models/whatsapp/session-contact.ts';
import { Op } from '../operators.ts';
import type { Selected } from '../table.ts';

const stored = SessionContact.pick(
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
export type Contact = Omit<Selected<typeof stored>, 'phoneNumber'>;

const session = SessionContact.pick('sessionId');

const contactKey = SessionContact.pick('sessionId', 'phoneNumber');

type ContactKey = Selected<typeof contactKey>;
type Facts = { readonly [K in keyof Contact]?: Exclude<Contact[K], undefined> };

export type ContactStore = ReturnType<typeof createContactStore>;

/** Stores what each session knows about the numbers to which it writes. */
export function createContactStore({ statements, models }: Database) {
  const { select, change } = statements;

  async function find(sessionId: string, phoneNumber: string): Promise<Contact | undefined> {
    const where = { sessionId, phoneNumber: spellingsOf(phoneNumber) };
    const rows = await models.SessionContact.findRows({ where }, stored);
    const contact = rows.find((row) => row.phoneNumber === phoneNumber) ?? rows[0];
    if (!contact) return undefined;
    const { isOnWhatsApp, checkedAt, whatsAppId } = contact;
    const knownAt = rows.find((row) => row.knownAt)?.knownAt;
    return { isOnWhatsApp, checkedAt, knownAt, whatsAppId };
  }

  /** Finds which of the sessions this number knows; the one with the latest contact comes first. */
  async function sessionsThatKnow(
    phoneNumber: string,
    sessionIds: readonly string[],
  ): Promise<string[]> {
    if (sessionIds.length === 0) return [];
    const where = {
      phoneNumber: spellingsOf(phoneNumber),
      knownAt: { [Op.ne]: null },
      sessionId: [...sessionIds],
    };
    const order: Order = [['knownAt', 'DESC'], 'sessionId'];
    const rows = await models.SessionContact.findRows({ where, order }, session);
    return [...new Set(rows.map(({ sessionId }) => sessionId))];
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

  return { find, sessionsThatKnow, saveLookup, markKnown, forgetKnown, clear, prune };
}

/** A number, and the form in which older versions stored it if WhatsApp uses another one. */
function spellingsOf(phoneNumber: string): string[] {
  const old = findOldWhatsAppUser(phoneNumber);
  return old === undefined ? [phoneNumber] : [phoneNumber, `+${old}`];
}
