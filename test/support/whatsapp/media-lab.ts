import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type DialectName } from '../database/databases.ts';
import { API_KEY } from '../http/client.ts';
import { createSessionCalls } from '../http/session-calls.ts';
import { waitFor } from '../wait-for.ts';
import { startLab } from '../whatsapp-lab/lab.ts';
import { createWhatsAppHarness } from './linked-harness.ts';
import { PATIENT } from './whatsapp-sending.ts';

const SESSION = 'support';

export type MediaLab = Awaited<ReturnType<typeof startMediaLab>>;

/** The service on a lab with a media host, with one number linked that stores what it receives. */
export async function startMediaLab(
  dialect: DialectName = 'sqlite',
  env: Readonly<Record<string, string>> = {},
) {
  const database = await createTestDatabase(dialect);
  const folder = await mkdtemp(join(tmpdir(), 'media-'));
  const lab = await startLab({ media: true });
  const owner = lab.addPhone();
  const h = await createWhatsAppHarness({
    ...{ lab, database, whatsappTiming: PATIENT },
    mediaCertificate: lab.media().certificate,
    env: { MEDIA_PATH: folder, WHATSAPP_MEDIA_HOST: lab.media().host, MEDIA_MAX_MB: '1', ...env },
  });
  const { statements } = h.database;
  const calls = createSessionCalls(h);
  await calls.create(SESSION);
  await statements.change(`UPDATE "sessions" SET "storeLevel" = 'content'`, []);
  await calls.link(SESSION, owner);

  /** Resolves when a message is stored. */
  const untilStored = (messageId: string) =>
    waitFor(
      async () =>
        (
          await statements.select(`SELECT "id" FROM "messages" WHERE "messageId" = $1`, [messageId])
        )[0],
      `message ${messageId} to be stored`,
    );

  return {
    ...{ lab, owner, h, folder, untilStored },
    /** Asks for the file of a message. */
    get: (messageId: string, headers: Record<string, string> = {}, query = '') =>
      fetch(`${h.url}/api/sessions/${SESSION}/messages/${messageId}/media${query}`, {
        headers: { 'x-api-key': API_KEY, ...headers },
      }),
    /** Everything in the folder of files, by name. */
    async readFolder(): Promise<ReadonlyMap<string, Buffer>> {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile());
      const contents = await Promise.all(
        files.map(async ({ parentPath, name }) => {
          const path = join(parentPath, name);
          return [path, await readFile(path)] as const;
        }),
      );
      return new Map(contents);
    },
    async close(): Promise<void> {
      await h.close();
      await lab.close();
      await database.drop();
      await rm(folder, { recursive: true });
    },
  };
}
