import { toSessionName } from '../../../domain/whatsapp/session-id.ts';
import { randomId } from '../../../lib/crypto/secrets.ts';
import { ChannelError } from '../../contract.ts';
import { NotSentError } from '../sending/not-sent-error.ts';
import type { NodeParts } from './interfaces.ts';
import { createReplyWaiter } from './reply-waiter.ts';
import {
  type Asked,
  type CommandName,
  readReply,
  type SessionCommands,
} from './session-command.ts';

export type OwnerCalls = ReturnType<typeof createOwnerCalls>;

/** How long the owner of a session may take to take a command. A dead one never does. */
const TAKE_MS = 3000;

/** The part of a caller's time within which a command must be taken, so that it can still be withdrawn. */
const LONGEST_TAKE = 0.8;

/** How long a caller waits for the reply, and for an owner that takes the command. */
type Patience = {
  readonly milliseconds: number;
  readonly deadline?: AbortSignal;
  readonly takeMs?: number;
};

/**
 * Asks the node that hosts a session to do something, by a row that it takes. The bus only makes it faster: without it,
 * both sides read the database at short intervals.
 */
export function createOwnerCalls(parts: NodeParts) {
  const { commands, bus, sealer, now, logger, onCommandEnd } = parts;
  const waiter = createReplyWaiter(parts);

  /**
   * Runs a command on the node that hosts the session, and returns its reply.
   * @throws {NotSentError} when no node has taken the command, so that nothing was done and nothing will be.
   * @throws {ChannelError} what the node reports; `timeout` when it took the command and did not reply in time.
   */
  async function call<Name extends CommandName>(
    sessionId: string,
    command: Name,
    asks: SessionCommands[Name]['asks'],
    { milliseconds, deadline, takeMs = TAKE_MS }: Patience,
  ): Promise<SessionCommands[Name]['replies']> {
    deadline?.throwIfAborted();
    const startedAt = performance.now();
    const [takeBy, endsAt] = [
      startedAt + Math.min(takeMs, LONGEST_TAKE * milliseconds),
      startedAt + milliseconds,
    ];
    const commandId = randomId(16);
    waiter.expect(commandId);
    try {
      await store(commandId, sessionId, command, { asks, milliseconds });
      const outcome = await waiter.wait({ commandId, takeBy, endsAt, deadline });
      const isAnswered = outcome.kind === 'reply';
      if (!isAnswered) throw toError(outcome.kind, sessionId);
      const reply = readReply<Name>(open(outcome.sealed, commandId));
      onCommandEnd(command, 'done');
      return reply;
    } catch (error) {
      onCommandEnd(command, 'failed');
      throw error;
    } finally {
      waiter.forget(commandId);
      remove(commandId);
    }
  }

  async function store<Name extends CommandName>(
    commandId: string,
    sessionId: string,
    command: Name,
    asked: Asked<Name>,
  ): Promise<void> {
    const sealedPayload = sealer.seal(JSON.stringify(asked), commandId);
    const expiresAt = new Date(now().getTime() + asked.milliseconds);
    await commands.add({ commandId, sessionId, command, sealedPayload }, expiresAt);
    bus.publish('command', sessionId);
  }

  /** The host did what was asked if it has our SECRET_KEY as its previous one. */
  function open(sealedReply: string, commandId: string): string {
    try {
      return sealer.open(sealedReply, commandId);
    } catch (cause) {
      const message = 'the reply of the node that hosts the session has another SECRET_KEY';
      throw new ChannelError('unavailable', message, { cause, mayHaveArrived: true });
    }
  }

  /** No one waits for that. What remains is deleted when it has expired. */
  function remove(commandId: string): void {
    commands.remove(commandId).catch((err: unknown) => {
      logger.warn({ err }, 'could not delete a command');
    });
  }

  return { call, close: waiter.close };
}

function toError(kind: 'not_taken' | 'timeout', sessionId: string): ChannelError {
  const session = `session ${toSessionName(sessionId)}`;
  return kind === 'not_taken'
    ? new NotSentError(`${session}: the node that hosts it does not respond`)
    : new ChannelError('timeout', `${session}: the node that hosts it did not reply in time`);
}
