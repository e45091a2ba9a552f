import { findOldWhatsAppUser } from '../../domain/whatsapp/whatsapp-number.ts';
import type { Database } from '../database.ts';
import { optional, placeholders, type Row, toBoolean, toDate, type Value } from '../statement.ts';

/** What a session knows about one number. */
export type Contact = {
  /** Undefined while nobody has asked. */
  readonly isOnWhatsApp: boolean | undefined;
  readonly checkedAt: Date | undefined;
  /** When we learnt that this person knows the session; undefined for a stranger. */
  readonly knownAt: Date | undefined;
  /** Under which id WhatsApp knows the number; undefined while it has not told. */
  readonly whatsAppId: string | undefined;
};

/** The columns that a write sets, each to `$n`. */
type Columns = Readonly<Record<string, Value>>;

export type ContactStore = ReturnType<typeof createContactStore>;

/** Keeps what each session knows about the numbers that it writes to. */
export function createContactStore({ statements }: Database) {
  const { select, change, insert } = statements;

  async function find(sessionId: string, phoneNumber: string): Promise<Contact | undefined> {
    const numbers = spellingsOf(phoneNumber);
    const rows = await select(
      `SELECT "phoneNumber", "isOnWhatsApp", "checkedAt", "knownAt", "whatsAppId"
       FROM "session_contacts"
       WHERE "sessionId" = $1 AND "phoneNumber" IN (${placeholders(numbers.length, 2)})`,
      [sessionId, ...numbers],
    );
    const contacts = rows.map(toContact);
    const own = rows.findIndex((row) => row['phoneNumber'] === phoneNumber);
    const contact = contacts[Math.max(own, 0)];
    const knownAt = contacts.find((one) => one.knownAt)?.knownAt;
    return contact && { ...contact, knownAt };
  }

  /** Which of the sessions this number knows, the newest acquaintance first. */
  async function sessionsThatKnow(
    phoneNumber: string,
    sessionIds: readonly string[],
  ): Promise<string[]> {
    if (sessionIds.length === 0) return [];
    const numbers = spellingsOf(phoneNumber);
    const rows = await select(
      `SELECT "sessionId" FROM "session_contacts"
       WHERE "phoneNumber" IN (${placeholders(numbers.length)}) AND "knownAt" IS NOT NULL
         AND "sessionId" IN (${placeholders(sessionIds.length, numbers.length + 1)})
       ORDER BY "knownAt" DESC, "sessionId"`,
      [...numbers, ...sessionIds],
    );
    return [...new Set(rows.map((row) => String(row['sessionId'])))];
  }

  /** Keeps what WhatsApp answered about a number, and under which id it knows it. */
  function saveLookup(
    sessionId: string,
    phoneNumber: string,
    isOnWhatsApp: boolean,
    now: Date,
    whatsAppId?: string,
  ): Promise<void> {
    const columns = { isOnWhatsApp: Number(isOnWhatsApp), checkedAt: now };
    return save({ sessionId, phoneNumber }, { ...columns, ...(whatsAppId && { whatsAppId }) }, now);
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
    const touched = await change(
      `UPDATE "session_contacts" SET "knownAt" = $3, "updatedAt" = $3
       WHERE "sessionId" = $1 AND "whatsAppId" = $2`,
      [sessionId, whatsAppId, now],
    );
    if (touched === 0) await save({ sessionId, phoneNumber }, { knownAt: now, whatsAppId }, now);
  }

  /** Takes this person for a stranger again. */
  async function forgetKnown(sessionId: string, phoneNumber: string, now: Date): Promise<void> {
    const numbers = spellingsOf(phoneNumber);
    await change(
      `UPDATE "session_contacts" SET "knownAt" = NULL, "updatedAt" = $2
       WHERE "sessionId" = $1 AND "phoneNumber" IN (${placeholders(numbers.length, 3)})`,
      [sessionId, now, ...numbers],
    );
  }

  /** Updates the row, or makes it; when another caller makes it in between, updates that one. */
  async function save(
    contact: { readonly sessionId: string; readonly phoneNumber: string },
    columns: Columns,
    now: Date,
  ): Promise<void> {
    if (await update(contact, { ...columns, updatedAt: now })) return;
    const row = { ...contact, ...columns, createdAt: now, updatedAt: now };
    if (await insertRow(row)) return;
    await update(contact, { ...columns, updatedAt: now });
  }

  async function update(
    { sessionId, phoneNumber }: { readonly sessionId: string; readonly phoneNumber: string },
    columns: Columns,
  ): Promise<boolean> {
    const sets = Object.keys(columns).map((name, index) => `"${name}" = $${index + 3}`);
    const touched = await change(
      `UPDATE "session_contacts" SET ${sets.join(', ')}
       WHERE "sessionId" = $1 AND "phoneNumber" = $2`,
      [sessionId, phoneNumber, ...Object.values(columns)],
    );
    return touched === 1;
  }

  function insertRow(row: Columns): Promise<boolean> {
    const names = Object.keys(row).map((name) => `"${name}"`);
    return insert(
      `INSERT INTO "session_contacts" (${names.join(', ')}) VALUES (${placeholders(names.length)})`,
      Object.values(row),
    );
  }

  /** Forgets everybody that a session knows. */
  async function clear(sessionId: string): Promise<void> {
    await change(`DELETE FROM "session_contacts" WHERE "sessionId" = $1`, [sessionId]);
  }

  /** Deletes up to `batch` contacts that were not updated since `before`; returns how many. */
  async function prune(before: Date, batch: number): Promise<number> {
    const old = await select(
      `SELECT "sessionId", "phoneNumber" FROM "session_contacts" WHERE "updatedAt" < $1
       ORDER BY "updatedAt" LIMIT ${batch}`,
      [before],
    );
    if (old.length === 0) return 0;
    const rows = old.map(
      (_, i) => `("sessionId" = $${2 * i + 2} AND "phoneNumber" = $${2 * i + 3})`,
    );
    return change(
      `DELETE FROM "session_contacts" WHERE "updatedAt" < $1 AND (${rows.join(' OR ')})`,
      [before, ...old.flatMap((row) => [String(row['sessionId']), String(row['phoneNumber'])])],
    );
  }

  return { find, sessionsThatKnow, saveLookup, markKnown, forgetKnown, clear, prune };
}

/** A number, and how older versions kept it where WhatsApp spells it otherwise. */
function spellingsOf(phoneNumber: string): string[] {
  const old = findOldWhatsAppUser(phoneNumber);
  return old === undefined ? [phoneNumber] : [phoneNumber, `+${old}`];
}

function toContact(row: Row): Contact {
  return {
    isOnWhatsApp: optional(row['isOnWhatsApp'], toBoolean),
    checkedAt: optional(row['checkedAt'], toDate),
    knownAt: optional(row['knownAt'], toDate),
    whatsAppId: optional(row['whatsAppId'], String),
  };
}
