import type { IncomingMessage } from 'node:http';
import { pino } from 'pino';
import type { AccountNews } from '../../../domain/conversations/account/account-news.ts';
import type { LostMedia, Reupload } from '../../../domain/conversations/lost-media.ts';
import type { WhatsAppReceipt } from '../../../domain/conversations/whatsapp-receipt.ts';
import type { SessionReason } from '../../../domain/whatsapp/session-reason.ts';
import { toWhatsAppId } from '../../../domain/whatsapp/whatsapp-number.ts';
import { listenToAccount } from './account/listen-account.ts';
import { type OpenAccount, readAccount } from './account/read-account.ts';
import type { AuthState } from './auth-state.ts';
import { type BinaryNode, Browsers, jidDecode, makeWASocket, type WASocket } from './baileys.ts';
import { boundMappings } from './bound-mappings.ts';
import { type DisconnectReason, toEnding, toUnreachable } from './disconnect-reason.ts';
import { createGroupActions, findMemberId } from './groups/group-actions.ts';
import { createGroupBook } from './groups/group-book.ts';
import type { GroupCache } from './groups/group-cache.ts';
import { requestReupload } from './media/request-reupload.ts';
import { createPersonFinder } from './messages/find-person.ts';
import { listenToMessages, type MessageEvents } from './messages/listen-messages.ts';
import { readReceipt } from './messages/read-receipt.ts';
import { createSocketActions } from './messages/socket-actions.ts';
import { withScopedStorage } from './scoped-storage.ts';
import type { Timing } from './timing.ts';

/** The events of one connection. `onEnd` is the last one. */
export type SocketEvents = MessageEvents & {
  readonly onQr: (text: string) => void;
  /** A phone has linked this device. WhatsApp now asks to reconnect. */
  readonly onPaired: () => void;
  readonly onOpen: (account: OpenAccount) => void;
  readonly onEnd: (ending: DisconnectReason) => void;
  /** The server accepted a message, or refused it with an error code. */
  readonly onAck: (messageId: string, errorCode: string | undefined) => void;
  readonly onReceipt: (messageId: string, status: 'delivered' | 'read') => void;
  /** The same receipt with all that it says. */
  readonly onMessageReceipt: (receipt: WhatsAppReceipt) => void;
  readonly onTimeLock: (lock: TimeLock) => void;
  /** Called with what changes in the groups, the chats and the address book of the account. */
  readonly onAccountNews: (news: AccountNews) => void;
};

/** Whether WhatsApp keeps the account from writing to new contacts, and until when. */
export type TimeLock = { readonly isActive: boolean; readonly endsAt: Date | undefined };

export type SocketOptions = {
  /** Undefined means WhatsApp's own URL. */
  readonly url: string | undefined;
  /** The client version to report. Undefined means the default of this release of Baileys. */
  readonly version: readonly [number, number, number] | undefined;
  readonly timing: Timing;
  /** Whether nothing of a chat, named by WhatsApp's ID, is to be decrypted. */
  readonly isIgnored: (jid: string) => boolean;
  /** What is known about the groups of the session, and how often WhatsApp was asked. */
  readonly groups: GroupCache;
};

export type Socket = ReturnType<typeof openSocket>;

/** The log of Baileys contains numbers and stanzas. Everything relevant is an event. */
const silent = pino({ level: 'silent' });

/** The default URL of Baileys. */
const WHATSAPP_URL = 'wss://web.whatsapp.com/ws/chat';

/** An ID that only says that it is one of a group. */
const ANY_GROUP = '0@g.us';

/** How long a connection may take to close. */
const CLOSE_TIMEOUT_MS = 1000;

/** Opens a connection. After its end it cannot be used again. */
export function openSocket(auth: AuthState, socketOptions: SocketOptions, events: SocketEvents) {
  const { url, version, isIgnored, groups } = socketOptions;
  const options = toOptions(auth, socketOptions, (groupId) => book.read(groupId));
  const socket = withScopedStorage(() => makeWASocket(options));
  limitCloseTime(socket);
  boundMappings(socket);
  const host = new URL(url ?? WHATSAPP_URL).hostname;
  const people = createPersonFinder(socket);
  const onNews = events.onAccountNews;
  const book = createGroupBook({ socket, cache: groups, people, isIgnored, onNews });
  listenToAccount(socket, people, onNews);
  listen(
    socket,
    { auth, version },
    {
      ...events,
      onOpen(account) {
        groups.onConnect();
        events.onOpen(account);
        // Sends need the members, and refusals are reported to those who ask.
        if (!isIgnored(ANY_GROUP)) book.list().catch(() => {});
      },
      onEnd: explainEnd(socket, host, events.onEnd),
    },
  );

  return {
    /**
     * Finds the WhatsApp ID of a number (E.164), which does not always consist of its digits. Undefined
     * if the number is not on WhatsApp. @throws when the server does not respond.
     */
    async findWhatsAppId(phoneNumber: string): Promise<string | undefined> {
      const found = await socket.onWhatsApp(phoneNumber);
      if (found === undefined) throw new Error('WhatsApp did not answer');
      const jid = found.find(({ exists }) => exists === true)?.jid;
      return jid && withoutDevice(jid);
    },
    /** Finds the hidden ID of a number (E.164): what is stored, or else what the server says. */
    async findLid(phoneNumber: string): Promise<string | undefined> {
      const { lidMapping } = socket.signalRepository;
      const lid = await lidMapping.getLIDForPN(toWhatsAppId(phoneNumber));
      return lid ? jidDecode(lid)?.user : undefined;
    },
    /** Resolves when the message is written to the connection. It may not have arrived yet. */
    async send(whatsAppId: string, text: string, messageId: string): Promise<void> {
      await socket.sendMessage(whatsAppId, { text, linkPreview: null }, { messageId });
    },
    /** Asks the phone to upload a file again. @throws {ChannelError} `unavailable` */
    requestReupload: (lost: LostMedia): Promise<Reupload> => requestReupload(socket, lost),
    ...createSocketActions(socket, (groupId, key) => findMemberId(groups.find(groupId), key)),
    groups: createGroupActions(socket, book),
    requestPairingCode: (digits: string): Promise<string> => socket.requestPairingCode(digits),
    async readTimeLock(): Promise<TimeLock> {
      return toTimeLock(await socket.fetchAccountReachoutTimelock());
    },
    /** Closes the connection. The device stays linked. */
    end: (reason?: SessionReason): void => void socket.end(reason ? new Error(reason) : undefined),
    /** Unlinks the device and closes the connection. */
    logOut: (): Promise<void> => socket.logout(),
  };
}

type BaileysOptions = Parameters<typeof makeWASocket>[0];

function toOptions(
  auth: AuthState,
  { url, version, timing, isIgnored }: SocketOptions,
  readGroup: NonNullable<BaileysOptions['cachedGroupMetadata']>,
): BaileysOptions {
  return {
    auth: { creds: auth.creds, keys: auth.keys },
    logger: silent,
    ...(url !== undefined && { waWebSocketUrl: url }),
    ...(version && { version: [...version] }),
    // Pairing codes fail with custom names.
    browser: Browsers.macOS('Chrome'),
    // Otherwise a quick receipt would be merged into the event of our own message.
    emitOwnEvents: false,
    // Otherwise the owner's phone would no longer get notifications.
    markOnlineOnConnect: false,
    syncFullHistory: false,
    shouldIgnoreJid: isIgnored,
    // Otherwise each message to a group would ask for its members.
    cachedGroupMetadata: readGroup,
    connectTimeoutMs: timing.connectMs,
    keepAliveIntervalMs: timing.keepAliveMs,
    defaultQueryTimeoutMs: timing.queryMs,
    // Our own store retries failed writes, so retries here are of little use.
    transactionOpts: { maxCommitRetries: 2, delayBetweenTriesMs: 100 },
    ...(timing.firstQrMs === timing.nextQrMs && { qrTimeout: timing.firstQrMs }),
  };
}

/** The error of ws when we close a connection before it is established. It is not a cause. */
const CLOSED_BY_US = 'WebSocket was closed before the connection was established';

/**
 * Reports the socket's own error if a connection was never established. Baileys would convert it to a
 * status of WhatsApp (a proxy's 403 would look like a ban), and would ignore an HTTP response.
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

/** A host name with several addresses fails with an error for each, in an error without a message. */
function describeFault(error: Error & { errors?: readonly Error[]; code?: string }): string {
  const [first] = error.errors ?? [];
  return error.message || first?.message || error.code || 'no connection';
}

/**
 * Limits how long closing takes. Baileys reports an end only when the connection has closed, and ws
 * waits 30 s for a dead one. Baileys 7.0.0-rc14 passes no `closeTimeout` to ws and hides its socket.
 */
function limitCloseTime({ ws }: WASocket): void {
  const close = ws.close.bind(ws);
  ws.close = async () => {
    const line: { terminate(): void } | null = Reflect.get(ws, 'socket');
    const timer = setTimeout(() => line?.terminate(), CLOSE_TIMEOUT_MS);
    await close();
    clearTimeout(timer);
  };
}

function listen(
  socket: WASocket,
  { auth, version }: { readonly auth: AuthState; readonly version: SocketOptions['version'] },
  events: SocketEvents,
): void {
  socket.ev.on('creds.update', auth.noteChange);
  socket.ev.on('connection.update', (update) => {
    const { qr, isNewLogin, connection, reachoutTimeLock, lastDisconnect } = update;
    if (qr) events.onQr(qr);
    if (isNewLogin) events.onPaired();
    if (connection === 'open') events.onOpen(readAccount(socket, auth, version));
    if (reachoutTimeLock) events.onTimeLock(toTimeLock(reachoutTimeLock));
    if (connection === 'close') events.onEnd(toEnding(readFailure(lastDisconnect?.error)));
  });
  // Baileys reports only refusals. The acknowledgement of a message is only visible in the raw stanza.
  socket.ws.on('CB:ack,class:message', ({ attrs }: BinaryNode) => {
    if (attrs['id']) events.onAck(attrs['id'], attrs['error']);
  });
  // Also from the raw stanza: Baileys delays its events while it waits for the phone's history.
  socket.ws.on('CB:receipt', (receipt: BinaryNode) => {
    const read = readReceipt(receipt);
    if (!read) return;
    if (!read.isByMe) reportStatus(read, events);
    events.onMessageReceipt(read);
  });
  listenToMessages(socket, events);
}

function reportStatus({ kind, messageIds }: WhatsAppReceipt, events: SocketEvents): void {
  for (const id of messageIds) events.onReceipt(id, kind === 'delivered' ? 'delivered' : 'read');
}

/** Removes the device number from a WhatsApp ID. */
function withoutDevice(jid: string): string {
  const decoded = jidDecode(jid);
  return decoded ? `${decoded.user}@${decoded.server}` : jid;
}

function toTimeLock(lock: { isActive?: boolean; timeEnforcementEnds?: Date }): TimeLock {
  return { isActive: lock.isActive === true, endsAt: lock.timeEnforcementEnds };
}

/** Baileys ends a connection with an error of @hapi/boom or a plain one. */
function readFailure(error: (Error & { output?: { statusCode?: number } }) | undefined) {
  return { statusCode: error?.output?.statusCode, message: error?.message ?? 'ended' };
}
