import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.ts';
import { callJson } from '../support/call-json.ts';
import { waitFor } from '../support/wait-for.ts';
import type { WhatsAppLab } from './whatsapp-lab.ts';
import type { WhatsAppSender } from './whatsapp-sender.ts';

const SCRIPT = fileURLToPath(new URL('./whatsapp-library-server.mjs', import.meta.url));

/** Starts the library alone and links it; whatsapp-library-server.mjs describes its configuration. */
export async function startWhatsAppLibrary(
  { servers, drawPath }: Bench,
  lab: WhatsAppLab,
  keysIn: 'memory' | 'files',
): Promise<WhatsAppSender> {
  const server = await servers.start({
    name: `Baileys with its keys in ${keysIn}`,
    args: [SCRIPT],
    healthPath: '/',
    env: {
      NODE_ENV: 'production',
      SOCKET_URL: lab.url,
      ...(keysIn === 'files' && { AUTH_DIRECTORY: drawPath() }),
    },
  });
  const call = (method: 'GET' | 'POST', body?: object) =>
    callJson(`${server.origin}/`, { method, ...(body && { body }) });
  const readState = async () => (await call('GET')) as { qr?: string; isOpen: boolean };

  await lab.scanQr(await waitFor('QR of Baileys', async () => (await readState()).qr));
  await waitFor('open connection of Baileys', async () => (await readState()).isOpen || undefined);
  return {
    server,
    async sendAll(messages, atOnce) {
      const { startedAt } = (await call('POST', { messages, atOnce })) as { startedAt: number };
      return startedAt;
    },
  };
}
