import { sessionLeaseName } from '../../../domain/whatsapp/session.ts';
import { isProcessDead } from '../../../lib/process-identity.ts';
import type { SessionHost } from '../../session-contract.ts';
import type { SessionPool } from '../pool.ts';
import { NotSentError } from '../sending/not-sent-error.ts';
import { type CommandHandlers, createCommandRunner } from './command-runner.ts';
import { createHandOver } from './hand-over.ts';
import type { NodeParts } from './interfaces.ts';
import { createOwnerCalls } from './owner-calls.ts';
import { createRemoteSessions } from './remote-sessions.ts';
import { createRemoteWatch } from './remote-watch.ts';
import type { CommandName, SessionCommands } from './session-command.ts';

/** How long a node may take for what a user asks of a session. */
const ACTION_MS = 15_000;
const REMOVAL_MS = 30_000;
const SNAPSHOT_MS = 5000;

/**
 * Makes every node serve every session: what only the host of a session can do, the host is asked to do. Without a host,
 * this node becomes it.
 */
export function shareSessions(pool: SessionPool, parts: NodeParts): SessionPool {
  const { keeper: local } = pool;
  const { bus, leases, owner, now } = parts;
  const calls = createOwnerCalls(parts);
  const handOver = createHandOver({ ...parts, pool, call: calls.call });
  const remote = createRemoteSessions({ ...parts, isHost: pool.isHost, call: calls.call });
  const runner = createCommandRunner({ ...parts, isHost: pool.isHost, handlers: toHandlers(pool) });

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
    return calls.call(sessionId, command, asks, { milliseconds });
  }

  const fetchSnapshot: SessionHost['fetchSnapshot'] = (sessionId) =>
    run(sessionId, 'read_snapshot', null, () => local.fetchSnapshot(sessionId), SNAPSHOT_MS);

  const watchRemote = createRemoteWatch({ ...parts, isHere, fetchSnapshot });

  const keeper: SessionHost = {
    ...local,
    async restore() {
      await local.restore();
      await runner.start();
      handOver.start();
    },
    async takeUp(session) {
      if (!(await isElsewhere(session.sessionId))) await local.takeUp(session);
    },
    fetchSnapshot,
    watch(sessionId, listener) {
      const stopLocal = local.watch(sessionId, listener);
      const stopRemote = watchRemote(sessionId, listener);
      return () => {
        stopLocal();
        stopRemote();
      };
    },
    async startLinking(sessionId) {
      await run(sessionId, 'start_linking', null, () =>
        local.startLinking(sessionId).then(nothing),
      );
    },
    requestPairingCode: (sessionId, digits) =>
      run(sessionId, 'request_pairing_code', { digits }, () =>
        local.requestPairingCode(sessionId, digits),
      ),
    async sendText(sessionId, message) {
      const { recipient, text, deadline, milliseconds } = message;
      const ask = () =>
        calls.call(sessionId, 'send_text', { recipient, text }, { milliseconds, deadline });
      if (await isElsewhere(sessionId)) return ask();
      return local.sendText(sessionId, message).catch((error: unknown) => {
        // The session may have been handed over while the message waited.
        if (error instanceof NotSentError && !pool.isHost(sessionId)) return ask();
        throw error;
      });
    },
    async restart(sessionId) {
      await run(sessionId, 'restart', null, () => local.restart(sessionId).then(nothing));
    },
    async remove(sessionId) {
      const here = () => local.remove(sessionId).then(nothing);
      await run(sessionId, 'remove', null, here, REMOVAL_MS);
    },
    handOver: handOver.giveAll,
    async close() {
      await handOver.stop();
      await runner.stop();
      await local.close();
      calls.close();
      remote.close();
    },
  };
  pool.onChange(({ sessionId }) => bus.publish('session', sessionId));
  return { ...pool, keeper, remote };
}

/** What this node does when another one asks it to. */
function toHandlers({ keeper, keep, sendCode }: SessionPool): CommandHandlers {
  return {
    send_code: (sessionId, letter, deadline) => sendCode(sessionId, { ...letter, deadline }),
    send_text: (sessionId, message, deadline) =>
      keeper.sendText(sessionId, { ...message, deadline, milliseconds: 0 }),
    read_snapshot: (sessionId) => keeper.fetchSnapshot(sessionId),
    start_linking: (sessionId) => keeper.startLinking(sessionId).then(nothing),
    request_pairing_code: (sessionId, { digits }) => keeper.requestPairingCode(sessionId, digits),
    restart: (sessionId) => keeper.restart(sessionId).then(nothing),
    remove: (sessionId) => keeper.remove(sessionId).then(nothing),
    take_over: (sessionId, { accountId }) => keep({ sessionId, accountId }).then(nothing),
  };
}

function nothing(): null {
  return null;
}
