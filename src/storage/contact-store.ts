import type { Database } from './database.ts';
import { optional, placeholders, type Row, toBoolean, toDate, type Value } from './statement.ts';

/** What a session knows about one number. */
export type Contact = {
  /** Undefined while nobody has asked. */
  readonly isOnWhatsApp: boolean | undefined;
  readonly checkedAt: Date | undefined;
  /** When we learnt that this person knows the session; undefined for a stranger. */
  readonly knownAt: Date | undefined;
};

/** The columns that a write sets, each to `$n`. */
type Columns = Readonly<Record<string, Value>>;

export type ContactStore = ReturnType<typeof createContactStore>;

/** Keeps what each session knows about the numbers that it writes to. */
export function createContactStore({ statements }: Database) {
  const { select, change, insert } = statements;

  async function find(sessionId: string, phoneNumber: string): Promise<Contact | undefined> {
    const [row] = await select(
      `SELECT "isOnWhatsApp", "checkedAt", "knownAt" FROM "session_contacts"
       WHERE "sessionId" = $1 AND "phoneNumber" = $2`,
      [sessionId, phoneNumber],
    );
    return row && toContact(row);
  }

  /** Which of the sessions this number knows, the newest acquaintance first. */
  async function sessionsThatKnow(
    phoneNumber: string,
    sessionIds: readonly string[],
  ): Promise<string[]> {
    if (sessionIds.length === 0) return [];
    const rows = await select(
      `SELECT "sessionId" FROM "session_contacts"
       WHERE "phoneNumber" = $1 AND "knownAt" IS NOT NULL
         AND "sessionId" IN (${placeholders(sessionIds.length, 2)})
       ORDER BY "knownAt" DESC, "sessionId"`,
      [phoneNumber, ...sessionIds],
    );
    return rows.map((row) => String(row['sessionId']));
  }

  /** Keeps what WhatsApp answered about a number. */
  function saveLookup(sessionId: string, phoneNumber: string, isOnWhatsApp: boolean, now: Date) {
    const columns = { isOnWhatsApp: Number(isOnWhatsApp), checkedAt: now };
    return save({ sessionId, phoneNumber }, columns, now);
  }

  /** Notes that this person knows the session: they wrote to it, or read what it sent. */
  function markKnown(sessionId: string, phoneNumber: string, now: Date): Promise<void> {
    return save({ sessionId, phoneNumber }, { knownAt: now }, now);
  }

  /** Takes this person for a stranger again. */
  async function forgetKnown(sessionId: string, phoneNumber: string, now: Date): Promise<void> {
    await change(
      `UPDATE "session_contacts" SET "knownAt" = NULL, "updatedAt" = $3
       WHERE "sessionId" = $1 AND "phoneNumber" = $2`,
      [sessionId, phoneNumber, now],
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

function toContact(row: Row): Contact {
  return {
    isOnWhatsApp: optional(row['isOnWhatsApp'], toBoolean),
    checkedAt: optional(row['checkedAt'], toDate),
    knownAt: optional(row['knownAt'], toDate),
  };
}
