import type { Bench } from '../bench.ts';
import type { Call } from '../load.ts';
import { callJson } from '../support/call-json.ts';
import { waitFor } from '../support/wait-for.ts';
import { startWaverify } from './waverify.ts';
import type { WhatsAppLab } from './whatsapp-lab.ts';
import type { Message, WhatsAppSender } from './whatsapp-sender.ts';

/** Disables the throttling that protects WhatsApp numbers, which would hide the actual speed, and limits. */
const NO_THROTTLING = {
  LIMIT_SESSIONS_PER_ACCOUNT: '0',
  WHATSAPP_SPACING_MS: '0',
  WHATSAPP_NEW_CONTACTS_PER_DAY: '0',
  OTP_RESEND_SECONDS: '0',
  LIMIT_SENDS_PER_PHONE_HOUR: '0',
  LIMIT_SENDS_PER_PHONE_DAY: '0',
  LIMIT_SENDS_PER_PHONE_DAY_ALL_ACCOUNTS: '0',
};

/** Starts Waverify on the lab's WhatsApp, without a linked number. */
export async function startWaverifyNumbers(
  bench: Bench,
  lab: WhatsAppLab,
  settings: Readonly<Record<string, string>> = {},
) {
  const { server, headers, buildSend } = await startWaverify(bench, {
    OTP_CHANNELS: 'whatsapp',
    WHATSAPP_SOCKET_URL: lab.url,
    ...NO_THROTTLING,
    ...settings,
  });

  async function call(method: 'GET' | 'POST', path: string, body?: object) {
    const answer = await callJson(`${server.origin}${path}`, {
      method,
      headers,
      ...(body && { body }),
    });
    return (answer as { data: Readonly<Record<string, unknown>> }).data;
  }

  /** Creates a session and links it to a new WhatsApp account, whose number (E.164) it returns. */
  async function linkNumber(sessionId: string, settings: object = {}): Promise<string> {
    await call('POST', '/api/sessions', { sessionId, ...settings });
    const { qr } = await call('GET', `/api/sessions/${sessionId}/qr`);
    const number = await lab.scanQr(String(qr));
    await waitUntilOpen(sessionId);
    return number;
  }

  async function waitUntilOpen(sessionId: string): Promise<void> {
    await waitFor(`open session ${sessionId}`, async () => {
      const { state } = await call('GET', `/api/sessions/${sessionId}/status`);
      return state === 'open' || undefined;
    });
  }

  /** Sends each message with the request that `build` returns. */
  function createSender(build: (message: Message) => Pick<Call, 'path' | 'body'>): WhatsAppSender {
    return {
      server,
      async sendAll(messages, atOnce) {
        const waiting = messages.map(build);
        async function drainQueue(): Promise<void> {
          for (let next = waiting.shift(); next; next = waiting.shift()) {
            await call('POST', next.path, next.body);
          }
        }
        const startedAt = performance.timeOrigin + performance.now();
        await Promise.all(Array.from({ length: atOnce }, drainQueue));
        return startedAt;
      },
    };
  }

  return {
    server,
    headers,
    call,
    linkNumber,
    waitUntilOpen,
    /** Sends the text unchanged. */
    asText: (sessionId: string) =>
      createSender(({ phoneNumber: to, text: message }) => ({
        path: `/api/sessions/${sessionId}/send-message`,
        body: { to, message },
      })),
    /** Sends a code instead of the text, each with its own purpose, so that none replaces another. */
    asCode(purpose = 'bench') {
      let sent = 0;
      return createSender(({ phoneNumber }) => {
        sent += 1;
        const { path, body } = buildSend(phoneNumber);
        return { path, body: { ...body, purpose: `${purpose}-${sent}` } };
      });
    },
  };
}
