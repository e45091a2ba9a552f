import type { Bus } from '../../../bus/contract.ts';
import type { SessionState } from '../../../domain/whatsapp/session.ts';
import type { Sealer } from '../../../lib/crypto/encryption.ts';
import type { Logger } from '../../../lib/logger.ts';
import type { Clock } from '../../../lib/time/clock.ts';
import type { SessionIdentity } from '../../session-contract.ts';
import type { Leases } from '../interfaces.ts';
import type { CommandName } from './session-command.ts';

/** A stored command for the owner of a session. */
type StoredCommand = {
  readonly commandId: string;
  readonly sessionId: string;
  readonly command: string;
  readonly sealedPayload: string;
};

type Taker = { readonly commandId: string; readonly owner: string };

/** The store of commands. */
export type CommandRows = {
  add(command: StoredCommand, expiresAt: Date): Promise<void>;
  listWaiting(owner: string, now: Date): Promise<readonly StoredCommand[]>;
  /** False unless `owner` holds the lease of the session and no one has replied. */
  take(taker: Taker, sessionId: string, now: Date): Promise<boolean>;
  answer(taker: Taker, sealedReply: string): Promise<boolean>;
  /** Lets another owner take a command with which nothing was done. */
  putBack(taker: Taker): Promise<void>;
  findReply(commandId: string): Promise<string | undefined>;
  /** Deletes a command that no one has taken; false if someone has. */
  withdraw(commandId: string): Promise<boolean>;
  remove(commandId: string): Promise<void>;
  removeExpired(before: Date): Promise<number>;
};

/** Another node that is alive, and how many sessions it hosts. */
export type Peer = { readonly owner: string; readonly sessions: number };

/** A session that a node hosts. */
export type HostedSession = SessionIdentity & { readonly state: SessionState };

/** What nodes of one database need to act for each other. */
export type NodeParts = {
  readonly commands: CommandRows;
  readonly bus: Bus;
  readonly leases: Leases;
  /** The name of this process as an owner of leases. */
  readonly owner: string;
  readonly sealer: Sealer;
  /** Lists the other nodes that are alive. */
  readonly listPeers: () => Promise<readonly Peer[]>;
  /** Lists the sessions of an account that any node hosts and that are connected or will be soon. */
  readonly listHosted: (accountId: string) => Promise<readonly HostedSession[]>;
  /** Called with the outcome of each command that this node asked another one to run. */
  readonly onCommandEnd: (command: CommandName, outcome: CommandOutcome) => void;
  readonly spreadMs: number;
  readonly now: Clock;
  readonly logger: Logger;
};

type CommandOutcome = 'done' | 'failed';
