import type { SessionSnapshot } from '../domain/whatsapp/session.ts';

/** A session as its row tells it. */
export type SessionIdentity = { readonly sessionId: string; readonly accountId: string };

/** A message of a person's own, not a code. */
type PlainMessage = {
  /** E.164. */
  readonly recipient: string;
  readonly text: string;
  readonly deadline: AbortSignal;
};

/** How a session stands, for metrics. */
export type SessionReport = Pick<SessionSnapshot, 'sessionId' | 'state' | 'attempt'> & {
  readonly waiting: number;
  readonly oldestSeconds: number;
};

export type SentMessage = { readonly messageId: string; readonly sentAt: Date };

/**
 * What a channel with linked accounts offers to the service that keeps them. A session is kept by
 * one node at a time; `undefined` snapshots and `not_kept` mean that this node is not the one.
 */
export type SessionHost = {
  /** Keeps a session from now on: connects when it is linked, waits to be linked when it is not. */
  keep(session: SessionIdentity): Promise<void>;

  /** How a session stands; undefined when this node does not keep it. */
  snapshot(sessionId: string): SessionSnapshot | undefined;

  /** Calls `listener` with every change of a session from now on; the returned function ends it. */
  watch(sessionId: string, listener: (snapshot: SessionSnapshot) => void): () => void;

  /** Begins to link a session that is not linked, so that a QR appears; does nothing while one is being linked. */
  startLinking(sessionId: string): Promise<void>;

  /**
   * Begins to link by the code that WhatsApp shows to nobody but the caller.
   * `digits` is the number of the account as WhatsApp spells it, without `+`.
   * @throws {ChannelError} `unavailable` or `timeout` when WhatsApp does not answer.
   */
  requestPairingCode(sessionId: string, digits: string): Promise<{ code: string; expiresAt: Date }>;

  /** Sends a text through one session. @throws {ChannelError} */
  sendText(sessionId: string, message: PlainMessage): Promise<SentMessage>;

  /** Connects anew at once, also out of an end; never logs the device out. */
  restart(sessionId: string): Promise<void>;

  /** Logs the device out at WhatsApp, wipes its credentials and keeps the session no more. */
  remove(sessionId: string): Promise<void>;

  /** How many messages wait in a session's queue, and for how many seconds the oldest has. */
  queue(sessionId: string): { readonly waiting: number; readonly oldestSeconds: number };

  /** How the sessions of this node stand. */
  report(): readonly SessionReport[];

  /** Lets go of every session without logging any device out. */
  close(): Promise<void>;
};
