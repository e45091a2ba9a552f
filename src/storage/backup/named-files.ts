import type { Database } from '../database.ts';
import { Media } from '../models/conversations/media.ts';
import { MediaUpload } from '../models/conversations/media-upload.ts';
import type { Statements } from '../statement.ts';

/** The tables that name files: those of messages, and those that are to be sent. */
const NAMING = [
  { table: Media.table, file: Media.pick('id', 'storage', 'storageKey') },
  { table: MediaUpload.table, file: MediaUpload.pick('id', 'storage', 'storageKey') },
];

/** A file that the database names, and the row that does. */
export type NamedFile = {
  readonly table: string;
  readonly id: number;
  readonly storage: string;
  readonly storageKey: string;
};

const FILES_AT_ONCE = 1000;

/** Lists the files that `tables` name, in batches. Other tables may not exist in an older database. */
export async function* listNamedFiles(
  { statements }: Pick<Database, 'statements'>,
  tables: readonly string[],
): AsyncGenerator<NamedFile> {
  for (const naming of NAMING) {
    if (tables.includes(naming.table)) yield* listOf(statements, naming);
  }
}

async function* listOf(
  { select }: Pick<Statements, 'select'>,
  { table, file }: (typeof NAMING)[number],
): AsyncGenerator<NamedFile> {
  let last = 0;
  for (;;) {
    const rows = await select(
      `SELECT ${file.columns} FROM "${table}" WHERE "state" = 'stored' AND "id" > $1
       ORDER BY "id" LIMIT ${FILES_AT_ONCE}`,
      [last],
    );
    const files = rows.map(file.decode);
    for (const one of files) yield { table, ...one };
    last = files.at(-1)?.id ?? last;
    if (files.length < FILES_AT_ONCE) return;
  }
}
