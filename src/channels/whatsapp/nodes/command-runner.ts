import type { SealError } from '../../../lib/crypto/encryption.ts';
import { ChannelError } from '../../contract.ts';
import { NotSentError } from '../sending/not-sent-error.ts';
import type { CommandRows, NodeParts } from './interfaces.ts';
import { pollMs } from './poll-interval.ts';
import {
  type Asked,
  type CommandName,
  type SessionCommands,
  writeFailure,
  writeResult,
} from './session-command.ts';

type Stored = Awaited<ReturnType<CommandRows['listWaiting']>>[number];

/** Runs one command on this node. Each gets what was asked, and a deadline. */
export type CommandHandlers = {
  readonly [Name in CommandName]: (
    sessionId: string,
    asks: SessionCommands[Name]['asks'],
    deadline: AbortSignal,
  ) => Promise<SessionCommands[Name]['replies']>;
};

type Options = NodeParts & {
  readonly handlers: CommandHandlers;
  /** Whether this node hosts a session and runs commands for it. */
  readonly isHost: (sessionId: string) => boolean;
};

/** How long expired commands are kept, because the clocks of nodes differ a little, and how often they are deleted. */
const CLEAN_MS = 5000;

/** Runs the commands that other nodes store for the sessions that this node hosts. */
export function createCommandRunner(options: Options) {
  const { commands, bus, owner, now, logger } = options;
  const running = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let [isStale, isOver] = [false, false];
  let cleanAt = performance.now() + CLEAN_MS;

  /** Looks for commands now. A call during a look makes it look once more. */
  function look(): Promise<void> {
    isStale = true;
    looking ??= lookWhileStale().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  async function lookWhileStale(): Promise<void> {
    clearTimeout(timer);
    while (isStale && !isOver) {
      isStale = false;
      await lookOnce().catch((err: unknown) => {
        logger.warn({ err }, 'could not look for commands of other nodes');
      });
    }
    if (!isOver) timer = setTimeout(() => void look(), pollMs(bus)).unref();
  }

  async function lookOnce(): Promise<void> {
    const found = await commands.listWaiting(owner, now());
    for (const stored of found.filter((one) => concernsUs(options, one))) start(stored);
    if (performance.now() < cleanAt) return;
    cleanAt = performance.now() + CLEAN_MS;
    await commands.removeExpired(new Date(now().getTime() - CLEAN_MS));
  }

  function start(stored: Stored): void {
    const run = takeAndRun(options, stored)
      .catch((err: unknown) => {
        const { command, sessionId } = stored;
        logger.error({ err, command, sessionId }, 'could not run a command of another node');
      })
      .finally(() => running.delete(run));
    running.add(run);
  }

  const stopListening = bus.subscribe('command', () => void look());

  return {
    start: look,

    /** Takes no more commands. Resolves when those that run have a reply. */
    async stop(): Promise<void> {
      isOver = true;
      clearTimeout(timer);
      stopListening();
      await looking;
      await Promise.all(running);
    },
  };
}

/** A session that was passed on to this node is not hosted yet. The guard of `take` decides. */
function concernsUs({ isHost }: Pick<Options, 'isHost'>, { command, sessionId }: Stored): boolean {
  return command === 'take_over' || isHost(sessionId);
}

async function takeAndRun(options: Options, stored: Stored): Promise<void> {
  const { commands, bus, sealer, owner, now } = options;
  const { commandId, sessionId } = stored;
  if (!(await commands.take({ commandId, owner }, sessionId, now()))) return;
  const reply = await run(options, stored);
  if (reply === undefined) await commands.putBack({ commandId, owner });
  else await commands.answer({ commandId, owner }, sealer.seal(reply, commandId));
  bus.publish(reply === undefined ? 'command' : 'reply', commandId);
}

/** Returns the JSON of the reply; undefined if nothing was done, because the session has been handed over meanwhile. */
async function run(options: Options, stored: Stored): Promise<string | undefined> {
  const { handlers, sealer, logger } = options;
  const { commandId, sessionId, command } = stored;
  try {
    const handler = handlers[command as CommandName] as CommandHandlers[CommandName] | undefined;
    if (!handler) throw new NotSentError(`the node that hosts the session cannot ${command}`);
    const asked = JSON.parse(sealer.open(stored.sealedPayload, commandId)) as Asked<CommandName>;
    const deadline = AbortSignal.timeout(asked.milliseconds);
    return writeResult(await handler(sessionId, asked.asks as never, deadline));
  } catch (error) {
    if (error instanceof NotSentError && !concernsUs(options, stored)) return undefined;
    if (error instanceof ChannelError) return writeFailure(error);
    logger.error({ err: error, command, sessionId }, 'a command of another node failed');
    return writeFailure(toChannelError(error));
  }
}

function toChannelError(error: unknown): ChannelError {
  if ((error as SealError).name === 'SealError') {
    return new NotSentError('the node that hosts the session has another SECRET_KEY');
  }
  const message = 'the node that hosts the session failed, its log says why';
  return new ChannelError('unavailable', message, { mayHaveArrived: true });
}
