import type {
  Answer,
  SessionActionName,
  SessionActions,
} from '../domain/conversations/account/session-action.ts';
import type { LostMedia, Reupload } from '../domain/conversations/lost-media.ts';
import type { MediaConnection } from '../domain/conversations/media-connection.ts';
import type { ChatAction, OutgoingMessage } from '../domain/conversations/outgoing.ts';
import type { SessionSnapshot } from '../domain/whatsapp/session.ts';

/** Identifies a session. */
export type SessionIdentity = { readonly sessionId: string; readonly accountId: string };

/** A text that a user wrote, not a code. */
type PlainMessage = {
  /** E.164. */
  readonly recipient: string;
  readonly text: string;
  readonly deadline: AbortSignal;
  /** How long that is from the call of `sendText`. */
  readonly milliseconds: number;
};

/** A message of a conversation. Its ID is drawn before, so that it can be stored before. */
export type ChatMessage = {
  /**
   * E.164, `lid:` and the hidden ID of a person who has written to the session, the ID of a group, or `status` for all who
   * may see it.
   */
  readonly recipient: string;
  readonly message: OutgoingMessage;
  readonly messageId: string;
  /** Whether it answers someone who has just written, and goes after all others that wait. */
  readonly isAutoReply?: boolean | undefined;
  readonly deadline: AbortSignal;
  /** How long that is from the call of `send`. */
  readonly milliseconds: number;
};

/** The state of a session, for metrics. */
export type SessionReport = Pick<SessionSnapshot, 'sessionId' | 'state' | 'attempt'> & {
  readonly waiting: number;
  readonly oldestSeconds: number;
};

export type SentMessage = { readonly messageId: string; readonly sentAt: Date };

/**
 * What a channel with linked accounts offers to the service that manages them. Only one node keeps a
 * session at a time; what only that node can do, it is asked to do. An `undefined` snapshot means that this node does
 * not keep the session.
 */
export type SessionHost = {
  /**
   * Starts to keep the sessions that should be connected and that no node keeps: now, and from then on
   * whenever another node has stopped or died. Returns when it has tried each of them once.
   */
  restore(): Promise<void>;

  /** Looks for such sessions now, because a node has died. */
  takeOver(): Promise<void>;

  /** Starts to keep a session: connects if it is linked, or else waits for it to be linked. */
  keep(session: SessionIdentity): Promise<void>;

  /** Starts to keep a session unless another node does. */
  takeUp(session: SessionIdentity): Promise<void>;

  /** Whether this node keeps a session, and the session belongs to the account. */
  isKept(session: SessionIdentity): boolean;

  /** Returns the state of a session; undefined if this node does not keep it. */
  snapshot(sessionId: string): SessionSnapshot | undefined;

  /**
   * Returns the state of a session, from the node that keeps it; undefined if none does.
   * @throws {ChannelError} `unavailable` when that node does not respond.
   */
  fetchSnapshot(sessionId: string): Promise<SessionSnapshot | undefined>;

  /** Calls `listener` with every later change of a session. The returned function stops it. */
  watch(sessionId: string, listener: (snapshot: SessionSnapshot) => void): () => void;

  /** Starts to link a session that is not linked, so that a QR code appears. Does nothing if that has begun. */
  startLinking(sessionId: string): Promise<void>;

  /**
   * Starts to link a session with a pairing code, which only the caller gets. `digits` is the number
   * of the account as WhatsApp writes it, without `+`.
   * @throws {ChannelError} `unavailable` or `timeout` when WhatsApp does not respond.
   */
  requestPairingCode(sessionId: string, digits: string): Promise<{ code: string; expiresAt: Date }>;

  /** Sends a text through one session. @throws {ChannelError} */
  sendText(sessionId: string, message: PlainMessage): Promise<SentMessage>;

  /**
   * Asks the phone of a session to upload a file of a message again, which WhatsApp no longer has. Waits up to 15
   * seconds for it.
   * @throws {ChannelError} `unavailable` or `timeout` if the session is not connected.
   */
  requestReupload(sessionId: string, lost: LostMedia): Promise<Reupload>;

  /**
   * Asks WhatsApp where a session can put files, and for the permission. The last answer is used while it should be
   * valid, unless a new one (`isFresh`) is wanted.
   * @throws {ChannelError} `unavailable` or `timeout` if the session is not connected, or WhatsApp does not respond.
   */
  connectMedia(sessionId: string, isFresh: boolean): Promise<MediaConnection>;

  /** Sends a message of a conversation through one session. @throws {ChannelError} */
  send(sessionId: string, message: ChatMessage): Promise<SentMessage>;

  /** Does something in the chat with a recipient, named as in `send`. @throws {ChannelError} */
  act(sessionId: string, recipient: string, action: ChatAction): Promise<void>;

  /**
   * Does something with the account of a session, such as its groups. What WhatsApp refuses is an answer.
   * @throws {ChannelError} `unavailable` or `timeout`.
   */
  perform<N extends SessionActionName>(
    sessionId: string,
    name: N,
    asks: SessionActions[N]['asks'],
  ): Promise<Answer<SessionActions[N]['replies']>>;

  /**
   * Whether a session of this node, or its phone, has written to a person within the last minute. `keys` are the names of
   * the person, as `recipient` of `send`. What arrives then may be the answer of a program.
   */
  hasJustWrittenTo(sessionId: string, keys: readonly string[]): boolean;

  /** Makes the node that keeps a session read its settings again. Without one, they are read when it connects. */
  applySettings(sessionId: string): Promise<void>;

  /**
   * Answers someone who has just written to a session of this node. The person becomes a known contact, so that neither
   * the budget of new contacts nor a restriction by WhatsApp matters. Its receipts are not passed on. @throws {ChannelError}
   */
  reply(sessionId: string, message: PlainMessage): Promise<SentMessage>;

  /**
   * Asks WhatsApp for the hidden ID (LID, digits only) of a number, through a session of this node; undefined if it has
   * none. @throws {ChannelError}
   */
  findLid(sessionId: string, phoneNumber: string): Promise<string | undefined>;

  /** Closes the connection until the session is restarted. The device stays linked. */
  stop(sessionId: string): Promise<void>;

  /** Reconnects immediately, even if the session has ended. Never logs the device out. */
  restart(sessionId: string): Promise<void>;

  /** Logs the device out of WhatsApp, deletes its credentials and stops keeping the session. */
  remove(sessionId: string): Promise<void>;

  /** Returns how many messages wait in a session's queue, and for how long the oldest has waited. */
  queue(sessionId: string): { readonly waiting: number; readonly oldestSeconds: number };

  /** Drops what this node remembers about a number (E.164) whose contacts were erased. */
  forgetRecipient(phoneNumber: string): void;

  /**
   * Hands all sessions over to other nodes, because this one stops. Resolves when they have them, or at once if there is
   * no other node.
   */
  handOver(): Promise<void>;

  /** Returns the state of all sessions that this node keeps. */
  report(): readonly SessionReport[];

  /** Releases all sessions without logging their devices out. */
  close(): Promise<void>;
};
