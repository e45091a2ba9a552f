import type { Harness } from '../http/harness.ts';

/**
 * Everything that the named tables hold, as text, to tell whether anything changed: but for when a key was
 * used last, which is written some time after the call.
 */
export async function dumpTables(
  { database }: Pick<Harness, 'database'>,
  names: readonly string[],
): Promise<string> {
  const tables: Record<string, unknown> = {};
  for (const name of names) {
    const rows = await database.statements.select(`SELECT * FROM "${name}" ORDER BY 1`, []);
    tables[name] = rows.map(({ lastUsedAt: _, ...row }) => row);
  }
  return JSON.stringify(tables);
}

/** The same, but for what is told of every call, whatever came of it. */
export async function dumpEffects(
  h: Pick<Harness, 'database'>,
  names: readonly string[],
): Promise<string> {
  const others = await dumpTables(
    h,
    names.filter((name) => name !== 'activity_logs'),
  );
  const activities = await h.database.statements.select(
    `SELECT * FROM "activity_logs"
     WHERE "action" NOT IN ('api_call', 'otp_send', 'otp_verify', 'otp_expire') ORDER BY "id"`,
    [],
  );
  return others + JSON.stringify(activities);
}
