import { createTestDatabase, type DialectName } from '../database/databases.ts';
import type { Answer } from '../http/client.ts';
import { waitFor } from '../wait-for.ts';
import { createWhatsAppHarness } from '../whatsapp/linked-harness.ts';
import { PATIENT } from '../whatsapp/whatsapp-sending.ts';
import { type Phone, startLab } from '../whatsapp-lab/lab.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A verification that waits for a message, as its answer tells of it. */
export type Waiting = {
  readonly verificationId: string;
  readonly link: string;
  readonly qr: string;
  readonly text: string;
  readonly token: string;
  readonly sessionId: string;
  readonly returnCode: boolean;
};

/** The lab decrypts in the same process, which takes long with many people at once. */
const WAIT_MS = 30_000;

const TOKEN = /WV(-[0-9A-HJKMNP-TV-Z]{4}){4}/;

export type InboundLab = Awaited<ReturnType<typeof startInboundLab>>;

/** The whole service on a lab of its own, with the number of `owner` linked, and what callers of `inbound` do. */
export async function startInboundLab(
  dialect: DialectName = 'sqlite',
  env: Readonly<Record<string, string>> = {},
) {
  const database = await createTestDatabase(dialect);
  const lab = await startLab();
  const owner = lab.addPhone();
  const h = await createWhatsAppHarness({ lab, database, env, whatsappTiming: PATIENT });
  await h.link(owner);

  const start = (fields: Fields = {}, client: Pick<typeof h.client, 'post'> = h.client) =>
    client.post('/api/otp/send', { method: 'inbound', companyName: 'Kopi & Roti', ...fields });

  async function begin(fields: Fields = {}, client?: Pick<typeof h.client, 'post'>) {
    return readWaiting(await start(fields, client));
  }

  async function read(verificationId: string): Promise<Fields> {
    const { status, body, raw } = await h.client.get(`/api/otp/inbound/${verificationId}`);
    if (status !== 200) throw new Error(`answered ${status}: ${raw}`);
    return body.data ?? {};
  }

  const until = (verificationId: string, meets: (data: Fields) => boolean, what: string) =>
    waitFor(
      async () => {
        const data = await read(verificationId);
        return meets(data) ? data : undefined;
      },
      what,
      WAIT_MS,
    );

  /** What became of the messages with the token of a verification, in the log, oldest first. */
  async function outcomes(verificationId: string): Promise<unknown[]> {
    const where = { action: 'otp_inbound', verificationId } as const;
    const rows = await h.database.models.ActivityLog.findAll({ where, order: ['id'] });
    return rows.map((row) => row.get('details'));
  }

  return {
    ...{ lab, owner, h, database, start, begin, read, until, outcomes },
    untilStatus: (id: string, status: string) =>
      until(id, (data) => data['status'] === status, `verification to be ${status}`),
    untilProblem: (id: string, problem: string) =>
      until(id, (data) => data['problem'] === problem, `problem ${problem}`),
    /** Resolves when so many messages have been judged. */
    untilOutcomes: (verificationId: string, count: number) =>
      waitFor(async () => {
        const found = await outcomes(verificationId);
        return found.length >= count ? found : undefined;
      }, `${count} judged messages`),
    verify: (verificationId: string, otp?: string) =>
      h.client.post('/api/otp/verify', { verificationId, ...(otp !== undefined && { otp }) }),
    /** By the clock of the service, which tests set. */
    send: (phone: Phone, text: string) => phone.sendText(owner.pn, text, { sentAt: h.now() }),
    async close() {
      await h.close();
      await lab.close();
      await database.drop();
    },
  };
}

/** @throws when it was not started. */
export function readWaiting({ status, body, raw }: Answer): Waiting {
  if (status !== 200) throw new Error(`answered ${status}: ${raw}`);
  const data = body.data as unknown as Omit<Waiting, 'token'>;
  const [token = ''] = TOKEN.exec(data.text) ?? [];
  return { ...data, token };
}
