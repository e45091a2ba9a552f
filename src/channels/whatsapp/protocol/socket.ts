import type { IncomingMessage } from 'node:http';
import { pino } from 'pino';
import type { SessionReason } from '../../../domain/whatsapp/session-reason.ts';
import { toPhoneNumber } from '../../../domain/whatsapp/whatsapp-number.ts';
import type { AuthState } from './auth-state.ts';
import {
  type BinaryNode,
  Browsers,
  getBinaryNodeChild,
  getBinaryNodeChildren,
  jidDecode,
  makeWASocket,
  type WAMessageKey,
  type WASocket,
} from './baileys.ts';
import { type DisconnectReason, toEnding, toUnreachable } from './disconnect-reason.ts';
import type { Timing } from './timing.ts';

/** What one connection tells. After `onEnd` it tells nothing more. */
export type SocketEvents = {
  readonly onQr: (text: string) => void;
  /** A phone has signed this device; WhatsApp now asks to connect again. */
  readonly onPaired: () => void;
  readonly onOpen: (account: { readonly phoneNumber: string; readonly name?: string }) => void;
  readonly onEnd: (ending: DisconnectReason) => void;
  /** The server took a message, or refused it with a code. */
  readonly onAck: (messageId: string, errorCode: string | undefined) => void;
  readonly onReceipt: (messageId: string, status: 'delivered' | 'read') => void;
  readonly onInbound: (message: {
    readonly phoneNumber: string;
    /** Under which the sender is written to. */
    readonly whatsAppId: string;
    readonly messageId: string;
  }) => void;
  readonly onTimeLock: (lock: TimeLock) => void;
};

/** Whether WhatsApp keeps the account from writing to people it does not know, and until when. */
export type TimeLock = { readonly isActive: boolean; readonly endsAt: Date | undefined };

export type SocketOptions = {
  /** Undefined: WhatsApp's own. */
  readonly url: string | undefined;
  /** The client version to name; undefined: the one that this release of Baileys knows. */
  readonly version: readonly [number, number, number] | undefined;
  readonly timing: Timing;
};

export type Socket = ReturnType<typeof openSocket>;

/** Baileys's log holds numbers and stanzas; what matters comes out as events. */
const silent = pino({ level: 'silent' });

/** Where Baileys connects to when it is not told otherwise. */
const WHATSAPP_URL = 'wss://web.whatsapp.com/ws/chat';

/** How long a line that is given up may take to say farewell. */
const FAREWELL_MS = 1000;

/** Opens one connection; it lives once, and is never used again after its end. */
export function openSocket(
  auth: AuthState,
  { url, version, timing }: SocketOptions,
  events: SocketEvents,
) {
  const socket = makeWASocket({
    auth: { creds: auth.creds, keys: auth.keys },
    logger: silent,
    ...(url !== undefined && { waWebSocketUrl: url }),
    ...(version && { version: [...version] }),
    // Pairing codes fail with invented names.
    browser: Browsers.macOS('Chrome'),
    // Otherwise a quick receipt hides in the event of our own message.
    emitOwnEvents: false,
    // The owner's phone would get no notifications any more.
    markOnlineOnConnect: false,
    syncFullHistory: false,
    shouldIgnoreJid: (jid) => /@(g\.us|broadcast|newsletter)$/.test(jid),
    connectTimeoutMs: timing.connectMs,
    keepAliveIntervalMs: timing.keepAliveMs,
    defaultQueryTimeoutMs: timing.queryMs,
    // Our own store keeps what it could not write, so a second try here is of little use.
    transactionOpts: { maxCommitRetries: 2, delayBetweenTriesMs: 100 },
    ...(timing.firstQrMs === timing.nextQrMs && { qrTimeout: timing.firstQrMs }),
  });
  shortenFarewell(socket);
  const host = new URL(url ?? WHATSAPP_URL).hostname;
  listen(socket, auth, { ...events, onEnd: explainEnd(socket, host, events.onEnd) });

  return {
    /**
     * The id under which WhatsApp knows a number (E.164), which is not always made of its digits;
     * undefined when the number is not there. @throws when the server does not answer.
     */
    async findWhatsAppId(phoneNumber: string): Promise<string | undefined> {
      const found = await socket.onWhatsApp(phoneNumber);
      if (found === undefined) throw new Error('WhatsApp did not answer');
      const jid = found.find(({ exists }) => exists === true)?.jid;
      return jid && withoutDevice(jid);
    },
    /** Resolves when the message is written to the line, which says nothing about its arrival. */
    async send(whatsAppId: string, text: string, messageId: string): Promise<void> {
      await socket.sendMessage(whatsAppId, { text, linkPreview: null }, { messageId });
    },
    requestPairingCode: (digits: string): Promise<string> => socket.requestPairingCode(digits),
    async readTimeLock(): Promise<TimeLock> {
      return toTimeLock(await socket.fetchAccountReachoutTimelock());
    },
    /** Lets go of the line; the device stays linked. */
    end: (reason?: SessionReason): void => void socket.end(reason ? new Error(reason) : undefined),
    /** Unlinks the device at WhatsApp and ends. */
    logOut: (): Promise<void> => socket.logout(),
  };
}

/** What ws says when a connection is given up before it was there: an end of our own, and no cause. */
const CLOSED_BY_US = 'WebSocket was closed before the connection was established';

/**
 * A connection that never came about ends with the reason that the socket gave: Baileys makes of it a
 * code of WhatsApp's (a proxy's 403 would be a ban), and of an HTTP answer nothing at all.
 */
function explainEnd(socket: WASocket, host: string, onEnd: SocketEvents['onEnd']) {
  let isConnected = false;
  let cause: string | undefined;
  socket.ws.prependListener('open', () => {
    isConnected = true;
  });
  socket.ws.prependListener('error', (error: Error) => {
    if (!isConnected && error.message !== CLOSED_BY_US) cause ??= describeFault(error);
  });
  socket.ws.on('unexpected-response', (_request, response: IncomingMessage) => {
    cause ??= `HTTP status ${response.statusCode}`;
    void socket.end(new Error(cause));
  });
  return (ending: DisconnectReason): void =>
    onEnd(cause === undefined ? ending : toUnreachable(host, cause));
}

/** A name with several addresses fails with one error for each of them, and says nothing itself. */
function describeFault(error: Error & { errors?: readonly Error[]; code?: string }): string {
  const [first] = error.errors ?? [];
  return error.message || first?.message || error.code || 'no connection';
}

/**
 * Baileys tells of an end only when the line has closed, and ws waits 30 s for the farewell of a line
 * that is dead. Baileys 7.0.0-rc14 hands no `closeTimeout` on to ws, and keeps its socket to itself.
 */
function shortenFarewell({ ws }: WASocket): void {
  const close = ws.close.bind(ws);
  ws.close = async () => {
    const line: { terminate(): void } | null = Reflect.get(ws, 'socket');
    const timer = setTimeout(() => line?.terminate(), FAREWELL_MS);
    await close();
    clearTimeout(timer);
  };
}

function listen(socket: WASocket, auth: AuthState, events: SocketEvents): void {
  socket.ev.on('creds.update', auth.noteChange);
  socket.ev.on('connection.update', (update) => {
    const { qr, isNewLogin, connection, reachoutTimeLock, lastDisconnect } = update;
    if (qr) events.onQr(qr);
    if (isNewLogin) events.onPaired();
    if (connection === 'open') events.onOpen(readAccount(socket));
    if (reachoutTimeLock) events.onTimeLock(toTimeLock(reachoutTimeLock));
    if (connection === 'close') events.onEnd(toEnding(readFailure(lastDisconnect?.error)));
  });
  // Baileys reports only refusals; the server's plain "taken" is seen on the line alone.
  socket.ws.on('CB:ack,class:message', ({ attrs }: BinaryNode) => {
    if (attrs['id']) events.onAck(attrs['id'], attrs['error']);
  });
  // Read from the line too: Baileys holds its events back while it waits for the phone's history.
  socket.ws.on('CB:receipt', (receipt: BinaryNode) => {
    const status = statusOf(receipt.attrs['type']);
    if (status) for (const id of idsOf(receipt)) events.onReceipt(id, status);
  });
  socket.ev.on('messages.upsert', ({ messages }) => {
    for (const { key, message } of messages) {
      if (message && !message.protocolMessage && !key.fromMe) void tellInbound(socket, key, events);
    }
  });
}

async function tellInbound(
  { signalRepository }: WASocket,
  { id, remoteJid, remoteJidAlt }: WAMessageKey,
  { onInbound }: SocketEvents,
): Promise<void> {
  const lid = remoteJid?.endsWith('@lid') ? remoteJid : undefined;
  const user =
    readUser([remoteJid, remoteJidAlt]) ??
    readUser([lid && (await signalRepository.lidMapping.getPNForLID(lid).catch(() => null))]);
  if (!user || !id) return;
  const whatsAppId = `${user}@s.whatsapp.net`;
  onInbound({ phoneNumber: toPhoneNumber(user), whatsAppId, messageId: id });
}

/** The id of a person, without the number of one device of theirs. */
function withoutDevice(jid: string): string {
  const decoded = jidDecode(jid);
  return decoded ? `${decoded.user}@${decoded.server}` : jid;
}

function toTimeLock(lock: { isActive?: boolean; timeEnforcementEnds?: Date }): TimeLock {
  return { isActive: lock.isActive === true, endsAt: lock.timeEnforcementEnds };
}

/** Baileys ends a connection with an error of @hapi/boom, or with a plain one. */
function readFailure(error: (Error & { output?: { statusCode?: number } }) | undefined) {
  return { statusCode: error?.output?.statusCode, message: error?.message ?? 'ended' };
}

/** No type: delivered. `sender` is the own phone's copy, `retry` a phone that could not decrypt. */
function statusOf(type: string | undefined): 'delivered' | 'read' | undefined {
  if (type === undefined || type === 'inactive') return 'delivered';
  return type === 'read' || type === 'played' ? 'read' : undefined;
}

/** A phone that was away acknowledges many messages with one receipt. */
function idsOf(receipt: BinaryNode): string[] {
  const items = getBinaryNodeChildren(getBinaryNodeChild(receipt, 'list'), 'item');
  return [receipt, ...items].flatMap(({ attrs }) => attrs['id'] ?? []);
}

/** A sender may show itself by a hidden id (LID), with the phone number beside it. */
function readUser(jids: readonly (string | null | undefined)[]): string | undefined {
  for (const jid of jids) {
    const decoded = jid ? jidDecode(jid) : undefined;
    if (decoded?.server === 's.whatsapp.net') return decoded.user;
  }
  return undefined;
}

function readAccount({ user }: WASocket): { phoneNumber: string; name?: string } {
  const name = user?.name;
  const id = readUser([user?.id]);
  return { phoneNumber: id ? toPhoneNumber(id) : '', ...(name && name !== '~' && { name }) };
}
