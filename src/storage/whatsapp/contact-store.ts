import { Op } from 'sequelize';
import { findOldWhatsAppUser } from '../../domain/whatsapp/whatsapp-number.ts';
import type { Database } from '../database.ts';
import { SessionContact } from '../models/whatsapp/session-contact.ts';
import type { Selected } from '../table.ts';

const known = SessionContact.pick('isOnWhatsApp', 'checkedAt', 'knownAt', 'whatsAppId');

/**
 * What a session knows about one number. `isOnWhatsApp` is undefined while nobody has asked, `knownAt`
 * for a person who does not know the session, `whatsAppId` while WhatsApp has not told it.
 */
export type Contact = Selected<typeof known>;

const contactKey = SessionContact.pick('sessionId', 'phoneNumber');

type ContactKey = Selected<typeof contactKey>;
type Known = { readonly [K in keyof Contact]?: Exclude<Contact[K], undefined> };

export type ContactStore = ReturnType<typeof createContactStore>;

/** Keeps what each session knows about the numbers that it writes to. */
export function createContactStore({ statements, models }: Database) {
  const { select, change, insert } = statements;

  async function find(sessionId: string, phoneNumber: string): Promise<Contact | undefined> {
    const rows = await models.SessionContact.findRows({
      where: { sessionId, phoneNumber: spellingsOf(phoneNumber) },
    });
    const contact = rows.find((row) => row.phoneNumber === phoneNumber) ?? rows[0];
    if (!contact) return undefined;
    const { isOnWhatsApp, checkedAt, whatsAppId } = contact;
    const knownAt = rows.find((row) => row.knownAt)?.knownAt;
    return { isOnWhatsApp, checkedAt, knownAt, whatsAppId };
  }

  /** Which of the sessions this number knows, the newest acquaintance first. */
  async function sessionsThatKnow(
    phoneNumber: string,
    sessionIds: readonly string[],
  ): Promise<string[]> {
    if (sessionIds.length === 0) return [];
    const rows = await models.SessionContact.findRows({
      where: {
        phoneNumber: spellingsOf(phoneNumber),
        knownAt: { [Op.ne]: null },
        sessionId: [...sessionIds],
      },
      order: [['knownAt', 'DESC'], 'sessionId'],
    });
    return [...new Set(rows.map(({ sessionId }) => sessionId))];
  }

  /** Keeps what WhatsApp answered about a number, and under which id it knows it. */
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
   * Notes that this person knows the session: they wrote to it, or read what it sent. An id that a
   * lookup answered for another number stands for that one.
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

  /** Takes this person for a stranger again. */
  async function forgetKnown(sessionId: string, phoneNumber: string, now: Date): Promise<void> {
    await models.SessionContact.update(
      { knownAt: null, updatedAt: now },
      { where: { sessionId, phoneNumber: spellingsOf(phoneNumber) } },
    );
  }

  /** Updates the row, or makes it; when another caller makes it in between, updates that one. */
  async function save(contact: ContactKey, facts: Known, now: Date): Promise<void> {
    const values = { ...facts, updatedAt: now };
    const update = () => models.SessionContact.update(values, { where: { ...contact } });
    const [updated] = await update();
    if (updated === 1) return;
    const row = SessionContact.insertion({ ...contact, ...values, createdAt: now });
    if (!(await insert(row.sql, row.values))) await update();
  }

  /** Forgets everybody that a session knows. */
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

/** A number, and how older versions kept it where WhatsApp spells it otherwise. */
function spellingsOf(phoneNumber: string): string[] {
  const old = findOldWhatsAppUser(phoneNumber);
  return old === undefined ? [phoneNumber] : [phoneNumber, `+${old}`];
}
