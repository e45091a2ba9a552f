import type { Database } from '../database.ts';
import { Media } from '../models/conversations/media.ts';

const file = Media.pick('id', 'storage', 'storageKey');

/** A file that the database names, and its row. */
export type NamedFile = ReturnType<typeof file.decode>;

const FILES_AT_ONCE = 1000;

/** Lists the files of messages that the database names, in batches. */
export async function* listNamedFiles({
  statements,
}: Pick<Database, 'statements'>): AsyncGenerator<NamedFile> {
  let last = 0;
  for (;;) {
    const rows = await statements.select(
      `SELECT ${file.columns} FROM "media" WHERE "state" = 'stored' AND "id" > $1
       ORDER BY "id" LIMIT ${FILES_AT_ONCE}`,
      [last],
    );
    const files = rows.map(file.decode);
    yield* files;
    last = files.at(-1)?.id ?? last;
    if (files.length < FILES_AT_ONCE) return;
  }
}
