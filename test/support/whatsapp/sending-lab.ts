import { createTestDatabase, type DialectName } from '../database/databases.ts';
import { startLab } from '../whatsapp-lab/lab.ts';
import { createWhatsAppHarness } from './linked-harness.ts';
import { createSendingCalls, PATIENT } from './whatsapp-sending.ts';

type Options = {
  readonly dialect?: DialectName;
  /** Variables that differ from their defaults. */
  readonly env?: Readonly<Record<string, string>>;
};

export type SendingLab = Awaited<ReturnType<typeof startSendingLab>>;

/** The whole service on a lab of its own, with one number linked: that of `owner`. */
export async function startSendingLab({ dialect = 'sqlite', env }: Options = {}) {
  const database = await createTestDatabase(dialect);
  const lab = await startLab();
  const owner = lab.addPhone();
  let service = await startService(env);
  await service.h.link(owner);

  async function startService(variables: Options['env'] = {}) {
    const h = await createWhatsAppHarness({
      ...{ lab, database, env: variables, whatsappTiming: PATIENT },
    });
    return { h, calls: createSendingCalls(h) };
  }

  return {
    lab,
    owner,
    ...service,
    /** The service anew over the same database, under these variables alone, with its number open. */
    async restart(variables?: Options['env']) {
      await service.h.close();
      service = await startService(variables);
      await service.h.waitForState(['open']);
      return service;
    },
    async close() {
      await service.h.close();
      await lab.close();
      await database.drop();
    },
  };
}
