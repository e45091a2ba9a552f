import {
  type BaileysEventMap,
  type ConnectionState,
  makeWASocket,
  type UserFacingSocketConfig,
  type WAMessage,
  type WASocket,
} from '@whiskeysockets/baileys';
import { pino } from 'pino';
import { vi } from 'vitest';
import type { Lab, Phone } from '../support/whatsapp-lab/lab.ts';
import { createMemoryAuth } from './memory-auth.ts';

type Events = {
  qr: string;
  open: true;
  close: { readonly code: number | undefined; readonly reason: string | undefined };
  inbound: { readonly type: string; readonly message: WAMessage };
  update: {
    readonly id: string;
    readonly jid: string;
    readonly status: number | undefined;
    readonly params: readonly string[];
  };
  ack: Readonly<Record<string, string>>;
  timeLock: NonNullable<ConnectionState['reachoutTimeLock']>;
  other: { [Name in OtherEvent]: { name: Name; data: BaileysEventMap[Name] } }[OtherEvent];
};
type OtherEvent = (typeof OTHER_EVENTS)[number];
type Entry = { [Name in keyof Events]: { name: Name; data: Events[Name] } }[keyof Events];

const DEFAULT_WAIT_MS = 8000;

/** Events of Baileys that are kept as they come. */
const OTHER_EVENTS = [
  'chats.update',
  'contacts.upsert',
  'group-participants.update',
  'groups.update',
  'groups.upsert',
  'message-receipt.update',
  'messages.reaction',
  'messages.update',
  'messaging-history.set',
  'presence.update',
] as const;

/**
 * A small program around the real Baileys: it keeps its credentials, has one socket at a time and
 * never reconnects by itself, so that a test can look at each end.
 */
export function createLabClient(url: string, config: Partial<UserFacingSocketConfig> = {}) {
  let auth = createMemoryAuth();
  let sock: WASocket | undefined;
  let entries: Entry[] = [];
  const waiting: (() => void)[] = [];

  function record(from: WASocket, entry: Entry): void {
    if (from !== sock) return; // The last words of an earlier socket.
    entries.push(entry);
    for (const wake of waiting.splice(0)) wake();
  }

  function listen(opened: WASocket): void {
    opened.ev.on('connection.update', (state) => {
      for (const entry of entriesOf(state)) record(opened, entry);
    });
    opened.ev.on('messages.upsert', ({ type, messages }) => {
      for (const message of messages) record(opened, { name: 'inbound', data: { type, message } });
    });
    opened.ev.on('messages.update', (updates) => {
      for (const { key, update } of updates) {
        const { id, remoteJid: jid } = key;
        const { status, messageStubParameters: params } = update;
        const data = { id: id ?? '', jid: jid ?? '', status: status ?? undefined };
        record(opened, { name: 'update', data: { ...data, params: params ?? [] } });
      }
    });
    for (const name of OTHER_EVENTS) {
      opened.ev.on(name, (data) => {
        record(opened, { name: 'other', data: { name, data } as Events['other'] });
      });
    }
    opened.ws.on('CB:ack,class:message', ({ attrs }: { attrs: Record<string, string> }) =>
      record(opened, { name: 'ack', data: attrs }),
    );
  }

  /** Opens a new socket with what is saved; what happened before is forgotten. */
  function connect(): void {
    entries = [];
    const { creds, keys } = auth;
    sock = makeWASocket({
      waWebSocketUrl: url,
      auth: { creds, keys },
      logger: pino({ level: 'silent' }),
      // Otherwise a quick receipt is folded into the client's own messages.upsert.
      emitOwnEvents: false,
      ...config,
    });
    sock.ev.on('creds.update', (update) => void Object.assign(creds, update));
    listen(sock);
  }

  function seen<Name extends keyof Events>(name: Name): Events[Name][] {
    return entries.flatMap((entry) => (entry.name === name ? [entry.data as Events[Name]] : []));
  }

  /** The first event since `connect` that satisfies `test`. @throws after `waitMs`. */
  async function wait<Name extends keyof Events>(
    name: Name,
    test: (data: Events[Name]) => boolean = () => true,
    waitMs = DEFAULT_WAIT_MS,
  ): Promise<Events[Name]> {
    const deadline = AbortSignal.timeout(waitMs);
    for (;;) {
      const found = seen(name).find(test);
      if (found !== undefined) return found;
      if (deadline.aborted) {
        throw new Error(`no '${name}' within ${waitMs} ms: ${JSON.stringify(entries)}`);
      }
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        deadline.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  /** The first event of Baileys by that name which satisfies `test`. @throws after some seconds. */
  async function event<Name extends OtherEvent>(
    name: Name,
    test: (data: BaileysEventMap[Name]) => boolean = () => true,
  ): Promise<BaileysEventMap[Name]> {
    const found = await wait(
      'other',
      (entry) => entry.name === name && test(entry.data as BaileysEventMap[Name]),
    );
    return found.data as BaileysEventMap[Name];
  }

  return {
    connect,
    seen,
    wait,
    event,
    /** The message with an id, as soon as it is there. */
    inbound: async (id: string): Promise<WAMessage> =>
      (await wait('inbound', ({ message }) => message.key.id === id)).message,
    socket(): WASocket {
      if (!sock) throw new Error('the client has not connected yet');
      return sock;
    },
    /** Connects, and resolves when the client is logged in. */
    async open(): Promise<void> {
      connect();
      await wait('open');
    },
    /** Waits until a message has come to a status: 0 error, 2 server, 3 delivered, 4 read. */
    status: (id: string, status: number) =>
      wait('update', (update) => update.id === id && update.status === status),
    inboundText: (text: string) =>
      wait('inbound', ({ message: { message } }) => message?.conversation === text),
    /** What a disk would hold now, for `restore`. */
    save: () => auth.save(),
    /** Takes back what `save` gave, as a machine does that lost its latest writes. */
    restore(saved: string): void {
      auth = createMemoryAuth(saved);
    },
    async send({ jid }: { jid: string }, text: string, messageId?: string): Promise<string> {
      const options = messageId === undefined ? {} : { messageId };
      const sent = await sock?.sendMessage(jid, { text, linkPreview: null }, options);
      return sent?.key.id ?? '';
    },
    async close(): Promise<void> {
      await sock?.end(undefined);
    },
  };
}

function entriesOf(state: Partial<ConnectionState>): Entry[] {
  const { qr, connection, lastDisconnect, reachoutTimeLock } = state;
  const found: Entry[] = [];
  if (qr) found.push({ name: 'qr', data: qr });
  if (connection === 'open') found.push({ name: 'open', data: true });
  if (reachoutTimeLock) found.push({ name: 'timeLock', data: reachoutTimeLock });
  if (connection === 'close') found.push({ name: 'close', data: causeOf(lastDisconnect) });
  return found;
}

function causeOf(end: ConnectionState['lastDisconnect']): Events['close'] {
  const error: (Error & { output?: { statusCode: number } }) | undefined = end?.error;
  return { code: error?.output?.statusCode, reason: error?.message };
}

export type LabClient = ReturnType<typeof createLabClient>;

/** An owner's phone with a client that is linked to it and logged in. */
export async function linkClient(lab: Lab, config?: Partial<UserFacingSocketConfig>) {
  const owner = lab.addPhone({ name: 'Owner' });
  const client = createLabClient(lab.url, config);
  await linkByQr(client, owner);
  return { owner, client };
}

export async function linkByQr(client: LabClient, owner: Phone): Promise<void> {
  client.connect();
  await owner.scanQr(await client.wait('qr'));
  await client.wait('close', ({ code }) => code === 515);
  await client.open();
}

/** libsignal prints whole sessions, keys and all; a test's output is better off without them. */
export function silenceLibsignal(): void {
  for (const method of ['info', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation(() => {});
  }
}
