import { setTimeout as pause } from 'node:timers/promises';
import type { Lab, Phone } from '../whatsapp-lab/lab.ts';
import type { Harness } from './harness.ts';

const PATIENCE_MS = 60_000;

/** What the service needs to be told to meet the WhatsApp of a lab. */
export function labVariables({ url }: Lab): Record<string, string> {
  return { WHATSAPP_SOCKET_URL: url, WHATSAPP_SPACING_MS: '0' };
}

/** A WhatsApp that is out of reach: no program listens on TCP port 1. */
export const NOBODY_LISTENS = { WHATSAPP_SOCKET_URL: 'ws://127.0.0.1:1/ws/chat' };

/** The session routes as an operator's program calls them. */
export function createSessionCalls({ client }: Pick<Harness, 'client'>) {
  const at = (id: string, rest = '') => `/api/sessions/${id}${rest}`;

  /** Waits until a session stands in `state`. */
  async function untilState(id: string, state: string): Promise<Readonly<Record<string, unknown>>> {
    const endsAt = performance.now() + PATIENCE_MS;
    for (;;) {
      const { body } = await client.get(at(id, '/status'));
      if (body.data?.['state'] === state) return body.data;
      if (performance.now() > endsAt) {
        throw new Error(`session ${id} did not become ${state}: ${JSON.stringify(body)}`);
      }
      await pause(20);
    }
  }

  const calls = {
    create: (sessionId: string) => client.post('/api/sessions', { sessionId }),
    list: () => client.get('/api/sessions'),
    get: (id: string) => client.get(at(id)),
    status: (id: string) => client.get(at(id, '/status')),
    qr: (id: string, query = '') => client.get(at(id, `/qr${query}`)),
    pair: (id: string, number: string) => client.post(at(id, '/pair-request'), { number }),
    stop: (id: string) => client.post(at(id, '/stop'), {}),
    restart: (id: string) => client.post(at(id, '/restart'), {}),
    sendMessage: (id: string, to: string, message: string, headers = {}) =>
      client.post(at(id, '/send-message'), { to, message }, headers),
    remove: (id: string) => client.delete(at(id)),
    untilState,
  };

  /** Makes a session and has a phone scan its QR, until it is open. */
  async function link(id: string, phone: Phone): Promise<void> {
    await calls.create(id);
    const { body } = await calls.qr(id);
    await phone.scanQr(String(body.data?.['qr']));
    await untilState(id, 'open');
  }

  return { ...calls, link };
}
