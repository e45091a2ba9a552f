/**
 * The library alone: one number on @whiskeysockets/baileys, plus the calls with which the benchmark makes
 * it send. Those calls are not measured.
 *
 * - Without AUTH_DIRECTORY, keys are kept in memory only: the library's best speed, but the keys are lost
 *   with the process.
 * - With it, the library's own `useMultiFileAuthState` stores them, behind its cache, as in its example
 *   program. It does not wait for the disk.
 */
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import {
  initAuthCreds,
  makeCacheableSignalKeyStore,
  makeWASocket,
  useMultiFileAuthState,
} from '@whiskeysockets/baileys';
import { pino } from 'pino';

const { PORT, SOCKET_URL, AUTH_DIRECTORY } = process.env;
const RESTART_REQUIRED = 515;

// libsignal prints whole sessions, keys and all.
const ignore = () => {};
Object.assign(console, { log: ignore, info: ignore, warn: ignore, error: ignore });

const logger = pino({ level: 'silent' });
const { auth, save } = await (AUTH_DIRECTORY ? openFiles(AUTH_DIRECTORY) : createMemory());
let qr;
let isOpen = false;
let socket = connect();

async function openFiles(directory) {
  const { state, saveCreds } = await useMultiFileAuthState(directory);
  const keys = makeCacheableSignalKeyStore(state.keys, logger);
  return { auth: { creds: state.creds, keys }, save: saveCreds };
}

function createMemory() {
  const store = new Map();
  const keys = {
    get: (type, ids) =>
      Object.fromEntries(
        ids.map((id) => [id, store.get(`${type}|${id}`)]).filter(([, value]) => value),
      ),
    set(data) {
      for (const [type, entries] of Object.entries(data)) {
        for (const [id, value] of Object.entries(entries)) store.set(`${type}|${id}`, value);
      }
    },
  };
  return { auth: { creds: initAuthCreds(), keys }, save: ignore };
}

function connect() {
  const opened = makeWASocket({
    waWebSocketUrl: SOCKET_URL,
    auth,
    logger,
    emitOwnEvents: false,
    markOnlineOnConnect: false,
    syncFullHistory: false,
  });
  opened.ev.on('creds.update', save);
  opened.ev.on('connection.update', (update) => {
    qr = update.qr ?? qr;
    if (update.connection === 'open') isOpen = true;
    if (update.connection !== 'close') return;
    const { statusCode } = update.lastDisconnect?.error?.output ?? {};
    if (statusCode === RESTART_REQUIRED) socket = connect();
    else process.exit(1);
  });
  return opened;
}

/** Sends all messages, `atOnce` at a time. Returns the start time in milliseconds since 1970. */
async function sendAll({ messages, atOnce }) {
  const waiting = messages.map(({ phoneNumber, text }) => ({
    jid: `${phoneNumber.slice(1)}@s.whatsapp.net`,
    content: { text, linkPreview: null },
  }));
  async function drainQueue() {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      await socket.sendMessage(next.jid, next.content);
    }
  }
  const startedAt = performance.timeOrigin + performance.now();
  await Promise.all(Array.from({ length: atOnce }, drainQueue));
  return { startedAt };
}

async function answer(request) {
  if (request.method === 'GET') return { qr, isOpen };
  return sendAll(await json(request));
}

const server = createServer((request, response) => {
  answer(request).then(
    (found) => response.end(JSON.stringify(found)),
    (error) => response.writeHead(500).end(String(error)),
  );
});

server.listen(Number(PORT), '127.0.0.1');
