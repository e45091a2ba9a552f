import { toSessionName } from '../../../domain/whatsapp/session-id.ts';
import { randomId } from '../../../lib/crypto/secrets.ts';
import { ChannelError } from '../../contract.ts';
import { NotSentError } from '../sending/not-sent-error.ts';
import type { NodeParts } from './interfaces.ts';
import { pollMs } from './poll-interval.ts';
import {
  type Asked,
  type CommandName,
  readReply,
  type SessionCommands,
} from './session-command.ts';
import { createWakers } from './wakers.ts';

export type OwnerCalls = ReturnType<typeof createOwnerCalls>;

/** How long the owner of a session may take to take a command. A dead one never does. */
const TAKE_MS = 3000;

/** How long a caller waits for the reply. */
type Patience = { readonly milliseconds: number; readonly deadline?: AbortSignal };

/** A command that waits for its reply. The times are those of `performance.now()`. */
type Waiting = {
  readonly commandId: string;
  readonly takeBy: number;
  readonly endsAt: number;
  readonly deadline: AbortSignal | undefined;
};

type Outcome =
  | { readonly kind: 'reply'; readonly sealed: string }
  | { readonly kind: 'not_taken' | 'timeout' };

/**
 * Asks the node that hosts a session to do something, by a row that it takes. The bus only makes it faster: without it,
 * both sides read the database at short intervals.
 */
export function createOwnerCalls(parts: NodeParts) {
  const { commands, bus, sealer, now, logger, onCommandEnd } = parts;
  const wakers = createWakers();
  const stop = bus.subscribe('reply', wakers.wake);

  /**
   * Runs a command on the node that hosts the session, and returns its reply.
   * @throws {NotSentError} when no node has taken the command, so that nothing was done and nothing will be.
   * @throws {ChannelError} what the node reports; `timeout` when it took the command and did not reply in time.
   */
  async function call<Name extends CommandName>(
    sessionId: string,
    command: Name,
    asks: SessionCommands[Name]['asks'],
    { milliseconds, deadline }: Patience,
  ): Promise<SessionCommands[Name]['replies']> {
    deadline?.throwIfAborted();
    const startedAt = performance.now();
    const commandId = randomId(16);
    const asked: Asked<Name> = { asks, milliseconds };
    const sealedPayload = sealer.seal(JSON.stringify(asked), commandId);
    const expiresAt = new Date(now().getTime() + milliseconds);
    const takeBy = startedAt + Math.min(TAKE_MS, milliseconds);
    wakers.add(commandId);
    try {
      await commands.add({ commandId, sessionId, command, sealedPayload }, expiresAt);
      bus.publish('command', sessionId);
      const endsAt = startedAt + milliseconds;
      const outcome = await awaitReply({ commandId, takeBy, endsAt, deadline });
      if (outcome.kind === 'reply')
        return readAndCount(command, sealer.open(outcome.sealed, commandId));
      onCommandEnd(command, outcome.kind);
      throw toError(outcome.kind, sessionId);
    } finally {
      wakers.remove(commandId);
      remove(commandId);
    }
  }

  async function awaitReply(waiting: Waiting): Promise<Outcome> {
    const { commandId, takeBy, endsAt, deadline } = waiting;
    let isTaken = false;
    while (performance.now() < endsAt && deadline?.aborted !== true) {
      const until = isTaken ? endsAt : takeBy;
      const milliseconds = Math.min(pollMs(bus), until - performance.now());
      await wakers.next(commandId, milliseconds, deadline);
      const sealed = await findReply(commandId);
      if (sealed !== undefined) return { kind: 'reply', sealed };
      if (isTaken || performance.now() < takeBy) continue;
      if (await withdraw(commandId)) return { kind: 'not_taken' };
      isTaken = true;
    }
    if (!isTaken && (await withdraw(commandId))) return { kind: 'not_taken' };
    const sealed = await findReply(commandId);
    return sealed === undefined ? { kind: 'timeout' } : { kind: 'reply', sealed };
  }

  /** The owner may have run the command: a database that does not respond must not be taken for a refusal. */
  async function findReply(commandId: string): Promise<string | undefined> {
    return commands.findReply(commandId).catch((err: unknown) => {
      logger.warn({ err }, 'could not look for the reply of another node');
      return undefined;
    });
  }

  async function withdraw(commandId: string): Promise<boolean> {
    return commands.withdraw(commandId).catch((err: unknown) => {
      logger.warn({ err }, 'could not withdraw a command');
      return false;
    });
  }

  /** Nobody waits for that. What remains is deleted when it has expired. */
  function remove(commandId: string): void {
    commands.remove(commandId).catch((err: unknown) => {
      logger.warn({ err }, 'could not delete a command');
    });
  }

  function readAndCount<Name extends CommandName>(
    command: Name,
    json: string,
  ): SessionCommands[Name]['replies'] {
    try {
      const replies = readReply<Name>(json);
      onCommandEnd(command, 'done');
      return replies;
    } catch (error) {
      onCommandEnd(command, 'failed');
      throw error;
    }
  }

  return { call, close: stop };
}

function toError(kind: 'not_taken' | 'timeout', sessionId: string): ChannelError {
  const session = `session ${toSessionName(sessionId)}`;
  return kind === 'not_taken'
    ? new NotSentError(`${session}: the node that hosts it does not respond`)
    : new ChannelError('timeout', `${session}: the node that hosts it did not reply in time`);
}
