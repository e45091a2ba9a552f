import type { QueryInterface } from 'sequelize';

/** Old texts and their replacements. */
export type Codes = Readonly<Record<string, string>>;

/** How a text becomes a code: by the whole text, or by its start, with the rest kept in another column. */
type Reading = { readonly whole: Codes; readonly starts: Codes; readonly otherwise: string };

type Change = { readonly sets: readonly string[]; readonly where: string };

/** How many ids of the activity log are changed at once, so that transactions do not grow with the table. */
const IDS_AT_ONCE = 20_000;

/** Changes texts in place, in the SQL of each database. Column names are passed quoted. */
export function createTextChanges(schema: QueryInterface) {
  const { sequelize } = schema;
  const quote = (name: string) => schema.quoteIdentifier(name, true);
  const text = (value: string) => sequelize.escape(value);

  const among = (column: string, values: readonly string[]) =>
    `${column} IN (${values.map(text).join(', ')})`;

  const begins = (column: string, start: string) =>
    `SUBSTR(${column}, 1, ${start.length}) = ${text(start)}`;

  function map(column: string, codes: Codes): string {
    const cases = Object.entries(codes).map(([from, to]) => `WHEN ${text(from)} THEN ${text(to)}`);
    return `CASE ${column} ${cases.join(' ')} ELSE ${column} END`;
  }

  /** SQL for the code of a column's text. */
  function codeOf(column: string, { whole, starts, otherwise }: Reading): string {
    const cases = [
      ...Object.entries(whole).map(
        ([from, to]) => `WHEN ${column} = ${text(from)} THEN ${text(to)}`,
      ),
      ...Object.entries(starts).map(
        ([start, to]) => `WHEN ${begins(column, start)} THEN ${text(to)}`,
      ),
    ];
    return `CASE ${cases.join(' ')} ELSE ${text(otherwise)} END`;
  }

  /** SQL for the part of a column's text that is not in its code; NULL if there is none. */
  function restOf(column: string, { whole, starts }: Reading): string {
    const rests = Object.keys(starts).map(
      (start) => `WHEN ${begins(column, start)} THEN SUBSTR(${column}, ${start.length + 1})`,
    );
    const isWhole = among(column, Object.keys(whole));
    return `CASE WHEN ${isWhole} THEN NULL ${rests.join(' ')} ELSE ${column} END`;
  }

  async function change(table: string, { sets, where }: Change, range?: string): Promise<void> {
    const condition = range === undefined ? where : `${range} AND ${where}`;
    await sequelize.query(`UPDATE ${quote(table)} SET ${sets.join(', ')} WHERE ${condition}`);
  }

  /** Changes the activity log in one range of ids after another. */
  async function changeActivities(changes: readonly Change[]): Promise<void> {
    const [id, table] = [quote('id'), quote('activity_logs')];
    const [rows] = await sequelize.query(
      `SELECT MIN(${id}) AS ${quote('first')}, MAX(${id}) AS ${quote('last')} FROM ${table}`,
    );
    const [{ first, last } = { first: null, last: null }] = rows as Record<string, unknown>[];
    if (first === null) return;
    for (let from = Number(first); from <= Number(last); from += IDS_AT_ONCE) {
      const range = `${id} >= ${from} AND ${id} < ${from + IDS_AT_ONCE}`;
      for (const one of changes) await change('activity_logs', one, range);
    }
  }

  const yes = sequelize.getDialect() === 'postgres' ? 'TRUE' : '1';
  return { quote, text, among, map, codeOf, restOf, change, changeActivities, yes };
}
