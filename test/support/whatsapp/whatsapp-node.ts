import { randomInt } from 'node:crypto';
import { toConfig } from '../../../config/config.ts';
import { readEnv } from '../../../config/env.ts';
import { bootstrap } from '../../../src/app/bootstrap.ts';
import type { SessionState } from '../../../src/domain/whatsapp/session.ts';
import { createLogger } from '../../../src/lib/logger.ts';
import { createSession } from '../../../src/services/whatsapp/create-session.ts';
import { restartSession } from '../../../src/services/whatsapp/keep-session.ts';
import { readQr } from '../../../src/services/whatsapp/pair-session.ts';
import { readSession } from '../../../src/services/whatsapp/read-sessions.ts';
import { sendMessage } from '../../../src/services/whatsapp/send-message.ts';
import type { SessionDetails } from '../../../src/services/whatsapp/session-details.ts';
import type { TestDatabase } from '../database/databases.ts';
import { API_KEY } from '../http/client.ts';
import { OWNER } from '../owner.ts';
import { waitFor } from '../wait-for.ts';
import type { Lab, Phone } from '../whatsapp-lab/lab.ts';
import { QUICK } from './linked-harness.ts';

type Options = {
  readonly lab: Lab;
  readonly database: TestDatabase;
  readonly secretKey: string;
  readonly previousSecretKey?: string;
};

export type WhatsAppNode = Awaited<ReturnType<typeof startWhatsAppNode>>;

/** The service without its HTTP side, under a secret key that the test chooses. */
export async function startWhatsAppNode({ lab, database, secretKey, previousSecretKey }: Options) {
  const logLines: string[] = [];
  const env = {
    DATABASE_URL: database.url,
    OTP_CHANNELS: 'whatsapp',
    WHATSAPP_SOCKET_URL: lab.url,
  };
  const service = await bootstrap(
    toConfig(readEnv({ NODE_ENV: 'test', ...env }, () => '')),
    { secretKey, previousSecretKey, apiKey: API_KEY },
    {
      logger: createLogger('info', { write: (line) => void logLines.push(line) }),
      now: () => new Date(),
      draw: randomInt,
      print: () => {},
      // Long enough that a machine under load does not lose it.
      whatsappTiming: { ...QUICK, connectMs: 5000, leaseMs: 15_000 },
    },
  );
  const { sessions } = service;
  await sessions.keeper.restore();

  const read = (sessionId: string) => readSession(sessions, OWNER, sessionId);

  function untilState(sessionId: string, wanted: SessionState): Promise<SessionDetails> {
    return waitFor(async () => {
      const details = await read(sessionId);
      return details.state === wanted ? details : undefined;
    }, `session ${sessionId} to be ${wanted}`);
  }

  return {
    ...service,
    logLines,
    read,
    untilState,
    restart: (sessionId: string) => restartSession(sessions, OWNER, sessionId),
    /** Makes a session and links it to the account of `phone` by QR. */
    async link(phone: Phone, sessionId = 'default'): Promise<void> {
      await createSession(sessions, OWNER, sessionId);
      const { text } = await readQr(sessions, OWNER, sessionId, AbortSignal.timeout(10_000));
      await phone.scanQr(text);
      await untilState(sessionId, 'open');
    },
    sendText: (sessionId: string, { number }: Phone, text: string) =>
      sendMessage(sessions, OWNER, sessionId, {
        recipient: { phoneNumber: number, region: 'ID' },
        text,
      }),
  };
}
