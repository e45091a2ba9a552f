import { setTimeout as pause } from 'node:timers/promises';
import { drawMessageId } from '../../domain/whatsapp/message-id.ts';
import type { SessionSnapshot } from '../../domain/whatsapp/session.ts';
import { toSessionName } from '../../domain/whatsapp/session-id.ts';
import { createRecentEntries } from '../../lib/recent-entries.ts';
import type { SessionHost, SessionIdentity } from '../session-contract.ts';
import { createSessionBuilder, type HostedSession, type PoolOptions } from './build-session.ts';
import type { RemoteSessions } from './nodes/remote-sessions.ts';
import { actInChat, connectMedia, sendChatMessage } from './sending/chat-messages.ts';
import { createContactCache } from './sending/contact-cache.ts';
import type { Letter } from './sending/messenger.ts';
import { NotSentError } from './sending/not-sent-error.ts';
import { performAction } from './sending/perform-action.ts';
import type { Session } from './session/session.ts';
import { createTakeover } from './takeover.ts';

export type SessionPool = ReturnType<typeof createSessionPool> & {
  /** The sessions of other nodes; undefined if this node is the only one. */
  readonly remote?: RemoteSessions;
};

/** How long to wait for a pairing code. */
const PAIRING_MS = 15_000;

/** How long to wait for a connection before a phone is asked for a file. */
const OPEN_MS = 5000;

/** How long WhatsApp may take to say who someone is. */
const LOOKUP_MS = 5000;

/** How long messages on their way are waited for when a session is handed over. */
const LEAVE_MS = 2500;

/** How long a session that was handed over is left to the other node. */
const LEFT_TO_OTHERS_MS = 10_000;

/** How many texts of users are remembered. Their receipts are not stored, so they need not reach the database. */
const PLAIN_MESSAGES = 10_000;

/** Keeps the WhatsApp numbers of this node. Each has a lease, a connection and a queue. */
export function createSessionPool(options: PoolOptions) {
  const contacts = createContactCache(options.contacts);
  const members = new Map<string, HostedSession>();
  const leaving = new Set<HostedSession>();
  const handedOver = createRecentEntries<true>({ most: PLAIN_MESSAGES, ttlMs: LEFT_TO_OTHERS_MS });
  const watchers = new Map<string, Set<(snapshot: SessionSnapshot) => void>>();
  const listeners = new Set<(snapshot: SessionSnapshot) => void>();
  const plainMessages = createRecentEntries<true>({ most: PLAIN_MESSAGES });
  const onReceipt: PoolOptions['onReceipt'] = (receipt) => {
    if (!plainMessages.has(receipt.messageId)) options.onReceipt(receipt);
  };
  const build = createSessionBuilder({ ...options, contacts, onReceipt }, (snapshot) => {
    for (const listener of watchers.get(snapshot.sessionId) ?? []) listener(snapshot);
    for (const listener of listeners) listener(snapshot);
  });
  let isClosed = false;

  /** Whether a session of this node can be used: its lease is held, and not about to be passed on. */
  const isUsable = (member: HostedSession) => member.lease.isHeld() && !leaving.has(member);
  const held = () => [...members.values()].filter(isUsable);

  /** @throws {NotSentError} when this node was not asked to keep the session. */
  function getMember(sessionId: string): HostedSession {
    const member = members.get(sessionId);
    if (member) return member;
    throw notKept(sessionId);
  }

  /** @throws {NotSentError} when this node does not host the session, or is about to hand it over. */
  function getUsable(sessionId: string): HostedSession {
    const member = getMember(sessionId);
    if (isUsable(member)) return member;
    throw notKept(sessionId);
  }

  /** Acquires the lease and starts the session. @throws {NotSentError} when another node keeps it. */
  async function takeUp(sessionId: string): Promise<Session> {
    const { lease, session } = getMember(sessionId);
    if (await lease.take()) await session.start();
    return session;
  }

  async function keep(identity: SessionIdentity): Promise<HostedSession | undefined> {
    if (isClosed || members.has(identity.sessionId)) return undefined;
    const member = build(identity);
    members.set(identity.sessionId, member);
    await member.lease.renew();
    return member;
  }

  const takeover = createTakeover({
    records: options.records,
    async keep(identity) {
      if (handedOver.has(identity.sessionId)) return;
      const member = await keep(identity);
      if (!member || member.lease.isHeld()) return;
      // Another node was faster. The session is listed again when that node is gone.
      members.delete(identity.sessionId);
      await member.lease.end();
    },
    leaseMs: options.socketOptions.timing.leaseMs,
    now: options.now,
    logger: options.logger,
  });

  const keeper: SessionHost = {
    restore: takeover.run,
    takeOver: takeover.run,
    keep: async (identity) => void (await keep(identity)),
    takeUp: async (identity) => void (await keep(identity)),
    isKept({ sessionId, accountId }) {
      const member = members.get(sessionId);
      return member?.accountId === accountId && member.lease.isHeld();
    },
    snapshot(sessionId) {
      const member = members.get(sessionId);
      if (!member?.lease.isHeld() || !member.session.isStarted()) return undefined;
      return member.session.snapshot();
    },
    fetchSnapshot: async (sessionId) => keeper.snapshot(sessionId),
    watch(sessionId, listener) {
      const listeners = watchers.get(sessionId) ?? new Set();
      watchers.set(sessionId, listeners.add(listener));
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) watchers.delete(sessionId);
      };
    },
    async startLinking(sessionId) {
      const session = await takeUp(sessionId);
      await session.startLinking();
    },
    async requestPairingCode(sessionId, digits) {
      const session = await takeUp(sessionId);
      return session.requestPairingCode(digits, AbortSignal.timeout(PAIRING_MS));
    },
    async sendText(sessionId, { recipient, text, deadline }) {
      const { messenger } = getUsable(sessionId);
      const messageId = drawMessageId();
      plainMessages.set(messageId, true);
      const contact = (await contacts.find(recipient)).get(sessionId);
      await messenger.deliver({ recipient, text, deadline, messageId, contact });
      return { messageId, sentAt: options.now() };
    },
    async requestReupload(sessionId, lost) {
      const socket = await getUsable(sessionId).session.whenOpen(AbortSignal.timeout(OPEN_MS));
      return socket.requestReupload(lost);
    },
    connectMedia: (sessionId, isFresh) => connectMedia(getUsable(sessionId).session, isFresh),
    async send(sessionId, message) {
      plainMessages.set(message.messageId, true);
      return sendChatMessage({ contacts, now: options.now }, getUsable(sessionId), message);
    },
    act: async (sessionId, recipient, action) =>
      actInChat({ contacts, now: options.now }, getUsable(sessionId), recipient, action),
    perform: async (sessionId, name, asks) =>
      performAction({ contacts, now: options.now }, getUsable(sessionId), { name, asks }),
    hasJustWrittenTo: (sessionId, keys) =>
      members.get(sessionId)?.recentChats.hasAny(keys) ?? false,
    async applySettings(sessionId) {
      await members.get(sessionId)?.settings.load();
      options.onSettings(sessionId);
    },
    async reply(sessionId, message) {
      const { recipient } = message;
      // The event that makes a known contact of everyone who writes may still be on its way.
      await contacts.markKnown(sessionId, recipient, options.now());
      return keeper.sendText(sessionId, message);
    },
    async findLid(sessionId, phoneNumber) {
      const { messenger } = getUsable(sessionId);
      return messenger.findLid(phoneNumber, AbortSignal.timeout(LOOKUP_MS));
    },
    async restart(sessionId) {
      const { session, lease } = getMember(sessionId);
      await lease.take();
      await session.start();
    },
    async stop(sessionId) {
      const session = await takeUp(sessionId);
      await session.pause();
    },
    async remove(sessionId) {
      const { session, lease } = getMember(sessionId);
      await lease.take();
      members.delete(sessionId);
      await session.logOut();
      await lease.end();
    },
    queue: (sessionId) =>
      members.get(sessionId)?.session.sendQueue.report() ?? { waiting: 0, oldestSeconds: 0 },
    report: () =>
      held().map(({ session }) => ({ ...session.snapshot(), ...session.sendQueue.report() })),
    handOver: async () => {}, // There is no other node.
    forgetRecipient: contacts.forget,
    async close() {
      isClosed = true;
      await takeover.stop();
      await Promise.all([...members.values()].map(({ lease }) => lease.end()));
    },
  };

  /** Whether an account has one of these sessions, or any if undefined, no matter which node keeps it. */
  const has = (accountId: string, sessionIds: readonly string[] | undefined) =>
    options.records.isAny({ accountId, sessionIds });

  return {
    keeper,
    contacts,
    held,
    has,
    /** Whether this node hosts a session and can use it. */
    isHost(sessionId: string): boolean {
      const member = members.get(sessionId);
      return member !== undefined && isUsable(member);
    },

    /** Sends a code through a session of this node. @throws {ChannelError} */
    async sendCode(sessionId: string, letter: Omit<Letter, 'contact'>): Promise<string> {
      const { messenger } = getUsable(sessionId);
      const contact = (await contacts.find(letter.recipient)).get(sessionId);
      return messenger.deliverCode({ ...letter, contact });
    },

    /**
     * Stops a session and passes its lease on to another owner. Messages that wait fail as not sent, and those on their
     * way are waited for. Returns false if this node does not host the session.
     */
    async passOn(sessionId: string, to: string): Promise<boolean> {
      const member = members.get(sessionId);
      if (!member || !isUsable(member)) return false;
      leaving.add(member);
      try {
        await Promise.race([member.session.sendQueue.leave(), pause(LEAVE_MS)]);
        handedOver.set(sessionId, true);
        members.delete(sessionId);
        return await member.lease.passOn(to);
      } finally {
        leaving.delete(member);
      }
    },

    /** Calls `listener` with every change of a session of this node. */
    onChange(listener: (snapshot: SessionSnapshot) => void): void {
      listeners.add(listener);
    },
  };
}

function notKept(sessionId: string): NotSentError {
  return new NotSentError(`session ${toSessionName(sessionId)} is not hosted by this node`);
}
