import { sessionLeaseName } from '../../../domain/whatsapp/session.ts';
import { isProcessDead } from '../../../lib/process-identity.ts';
import type { SentMessage, SessionHost } from '../../session-contract.ts';
import type { SessionPool } from '../pool.ts';
import { NotSentError } from '../sending/not-sent-error.ts';
import type { NodeParts } from './interfaces.ts';
import type { OwnerCalls } from './owner-calls.ts';
import type { CommandName, SessionCommands } from './session-command.ts';

/** How long a node may take for what a user asks of a session. */
const ACTION_MS = 15_000;
const REMOVAL_MS = 30_000;
const SNAPSHOT_MS = 5000;
/** The phone gets 15 seconds, and the connection five. */
const REUPLOAD_MS = 22_000;

type Options = Pick<NodeParts, 'leases' | 'owner' | 'now'> & Pick<OwnerCalls, 'call'>;

/** Runs a command here, or on the node that hosts the session. */
type Run = <Name extends CommandName>(
  sessionId: string,
  command: Name,
  asks: SessionCommands[Name]['asks'],
  here: () => Promise<SessionCommands[Name]['replies']>,
  milliseconds?: number,
) => Promise<SessionCommands[Name]['replies']>;

/** Does what is asked of a session here if this node hosts it or no node does, and else on the node that hosts it. */
export function createSessionRouter(
  { keeper: local, isHost }: SessionPool,
  { leases, owner, now, call }: Options,
) {
  function isHere(sessionId: string): boolean {
    return local.snapshot(sessionId) !== undefined;
  }

  /** Whether another node, which is not known to be dead, has the lease of a session. */
  async function isElsewhere(sessionId: string): Promise<boolean> {
    if (isHere(sessionId)) return false;
    const holder = await leases.findOwner(sessionLeaseName(sessionId), now());
    return holder !== undefined && holder !== owner && !isProcessDead(holder);
  }

  async function run<Name extends CommandName>(
    sessionId: string,
    command: Name,
    asks: SessionCommands[Name]['asks'],
    here: () => Promise<SessionCommands[Name]['replies']>,
    milliseconds = ACTION_MS,
  ): Promise<SessionCommands[Name]['replies']> {
    if (!(await isElsewhere(sessionId))) return here();
    return call(sessionId, command, asks, { milliseconds });
  }

  const sendAnywhere = createSender({ isElsewhere, isHost });

  const fetchSnapshot: SessionHost['fetchSnapshot'] = (sessionId) =>
    run(sessionId, 'read_snapshot', null, () => local.fetchSnapshot(sessionId), SNAPSHOT_MS);

  const routes = {
    async takeUp(session) {
      if (!(await isElsewhere(session.sessionId))) await local.takeUp(session);
    },
    startLinking: (sessionId) =>
      run(sessionId, 'start_linking', null, () => local.startLinking(sessionId)),
    requestPairingCode: (sessionId, digits) =>
      run(sessionId, 'request_pairing_code', { digits }, () =>
        local.requestPairingCode(sessionId, digits),
      ),
    sendText(sessionId, message) {
      const { recipient, text, ...patience } = message;
      const ask = () => call(sessionId, 'send_text', { recipient, text }, patience);
      return sendAnywhere(sessionId, {
        here: () => local.sendText(sessionId, message),
        there: ask,
      });
    },
    ...createChatRoutes({ local, call, run, sendAnywhere }),
    restart: (sessionId) => run(sessionId, 'restart', null, () => local.restart(sessionId)),
    stop: (sessionId) => run(sessionId, 'stop', null, () => local.stop(sessionId)),
    remove: (sessionId) =>
      run(sessionId, 'remove', null, () => local.remove(sessionId), REMOVAL_MS),
  } satisfies Partial<SessionHost>;

  return { isHere, fetchSnapshot, routes };
}

type ChatParts = Pick<Options, 'call'> & {
  readonly local: SessionHost;
  readonly run: Run;
  readonly sendAnywhere: ReturnType<typeof createSender>;
};

/** The same for what conversations need. */
function createChatRoutes({ local, call, run, sendAnywhere }: ChatParts) {
  return {
    requestReupload: (sessionId, lost) =>
      run(
        sessionId,
        'request_reupload',
        lost,
        () => local.requestReupload(sessionId, lost),
        REUPLOAD_MS,
      ),
    connectMedia: (sessionId, isFresh) =>
      run(sessionId, 'connect_media', { isFresh }, () => local.connectMedia(sessionId, isFresh)),
    send(sessionId, sent) {
      const { recipient, message, messageId, ...patience } = sent;
      const asks = { recipient, message, messageId };
      const ask = () => call(sessionId, 'send_message', asks, patience);
      return sendAnywhere(sessionId, { here: () => local.send(sessionId, sent), there: ask });
    },
    act: (sessionId, recipient, action) =>
      run(sessionId, 'act_in_chat', { recipient, action }, () =>
        local.act(sessionId, recipient, action),
      ),
    async perform(sessionId, name, asks) {
      const here = () => local.perform(sessionId, name, asks);
      const answer = await run(sessionId, 'perform', { name, asks }, here);
      return answer as Awaited<ReturnType<typeof here>>;
    },
    applySettings: (sessionId) =>
      run(sessionId, 'apply_settings', null, () => local.applySettings(sessionId), SNAPSHOT_MS),
  } satisfies Partial<SessionHost>;
}

type Ways = {
  readonly here: () => Promise<SentMessage>;
  readonly there: () => Promise<SentMessage>;
};

/** Returns a function that sends here if no other node hosts the session, or else there. */
function createSender({
  isElsewhere,
  isHost,
}: {
  readonly isElsewhere: (sessionId: string) => Promise<boolean>;
  readonly isHost: (sessionId: string) => boolean;
}) {
  return async (sessionId: string, { here, there }: Ways): Promise<SentMessage> => {
    if (await isElsewhere(sessionId)) return there();
    return here().catch((error: unknown) => {
      // The session may have been handed over while the message waited.
      if (error instanceof NotSentError && !isHost(sessionId)) return there();
      throw error;
    });
  };
}
