// libsignal prints the keys of sessions that it closes.
import '../../../src/channels/whatsapp/protocol/silence-libsignal.ts';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type ConnectionState,
  makeWASocket,
  useMultiFileAuthState,
  type WASocket,
} from '@whiskeysockets/baileys';
import { pino } from 'pino';
import { waitFor } from '../wait-for.ts';
import type { Lab, Phone } from '../whatsapp-lab/lab.ts';

/** A program as people write it with Baileys: it keeps its credentials in a folder, and connects again when it must. */
export async function startOtherProgram({ url }: Pick<Lab, 'url'>, folder: string, owner: Phone) {
  const { state, saveCreds } = await useMultiFileAuthState(folder);
  let socket: WASocket | undefined;
  let isOpen = false;
  let isOver = false;

  function connect(): void {
    const options = { waWebSocketUrl: url, auth: state, logger: pino({ level: 'silent' }) };
    socket = makeWASocket(options);
    socket.ev.on('creds.update', () => void saveCreds());
    socket.ev.on('connection.update', onUpdate);
  }

  function onUpdate({ qr, connection }: Partial<ConnectionState>): void {
    if (qr) owner.scanQr(qr).catch(() => {});
    if (connection === 'open') isOpen = true;
    if (connection === 'close' && !isOver) connect();
  }

  connect();
  await waitFor(() => isOpen || undefined, 'the other program to be connected', 60_000);
  return {
    send: (to: Phone, text: string) => socket?.sendMessage(`${to.pn}@s.whatsapp.net`, { text }),
    /** Stops as `Ctrl+C` does, after its files are written. */
    async stop(): Promise<void> {
      isOver = true;
      await pause(500);
      await socket?.end(undefined);
    },
  };
}
