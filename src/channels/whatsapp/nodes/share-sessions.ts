import type { ChatAction } from '../../../domain/conversations/outgoing.ts';
import type { SessionPool } from '../pool.ts';
import { type CommandHandlers, createCommandRunner } from './command-runner.ts';
import { createHandOver } from './hand-over.ts';
import type { NodeParts } from './interfaces.ts';
import { createOwnerCalls } from './owner-calls.ts';
import { createRemoteSessions } from './remote-sessions.ts';
import { createRemoteWatch } from './remote-watch.ts';
import { createSessionRouter } from './session-router.ts';

/**
 * Makes every node serve every session: what only the host of a session can do, the host is asked to do. Without a host,
 * this node becomes it. Sessions spread over the nodes, and a node that stops hands its own over.
 */
export function shareSessions(pool: SessionPool, parts: NodeParts): SessionPool {
  const { keeper: local } = pool;
  const calls = createOwnerCalls(parts);
  const handOver = createHandOver({ ...parts, pool, call: calls.call });
  const remote = createRemoteSessions({ ...parts, isHost: pool.isHost, call: calls.call });
  const runner = createCommandRunner({ ...parts, isHost: pool.isHost, handlers: toHandlers(pool) });
  const router = createSessionRouter(pool, { ...parts, call: calls.call });
  const watchRemote = createRemoteWatch({ ...parts, ...router });
  pool.onChange(({ sessionId }) => parts.bus.publish('session', sessionId));
  return {
    ...pool,
    remote,
    keeper: {
      ...local,
      ...router.routes,
      fetchSnapshot: router.fetchSnapshot,
      watch(sessionId, listener) {
        const stops = [local.watch(sessionId, listener), watchRemote(sessionId, listener)];
        return () => {
          for (const stop of stops) stop();
        };
      },
      async restore() {
        await local.restore();
        await runner.start();
        handOver.start();
      },
      handOver: handOver.giveAll,
      async close() {
        await handOver.stop();
        await runner.stop();
        await local.close();
        calls.close();
        remote.close();
      },
    },
  };
}

/** What this node does when another one asks it to. */
function toHandlers({ keeper, sendCode }: SessionPool): CommandHandlers {
  return {
    send_code: (sessionId, letter, deadline) => sendCode(sessionId, { ...letter, deadline }),
    send_text: (sessionId, message, deadline) =>
      keeper.sendText(sessionId, { ...message, deadline, milliseconds: 0 }),
    send_message: (sessionId, message, deadline) =>
      keeper.send(sessionId, { ...message, deadline, milliseconds: 0 }),
    act_in_chat: (sessionId, { recipient, action }) =>
      keeper.act(sessionId, recipient, reviveTimes(action)),
    perform: (sessionId, { name, asks }) => keeper.perform(sessionId, name, asks as never),
    read_snapshot: (sessionId) => keeper.fetchSnapshot(sessionId),
    start_linking: (sessionId) => keeper.startLinking(sessionId),
    request_pairing_code: (sessionId, { digits }) => keeper.requestPairingCode(sessionId, digits),
    request_reupload: (sessionId, lost) => keeper.requestReupload(sessionId, lost),
    connect_media: (sessionId, { isFresh }) => keeper.connectMedia(sessionId, isFresh),
    restart: (sessionId) => keeper.restart(sessionId),
    stop: (sessionId) => keeper.stop(sessionId),
    apply_settings: (sessionId) => keeper.applySettings(sessionId),
    remove: (sessionId) => keeper.remove(sessionId),
    take_over: (sessionId, { accountId }) => keeper.keep({ sessionId, accountId }),
  };
}

/** The times of an action, which were JSON on their way. */
function reviveTimes(action: ChatAction): ChatAction {
  if (!('last' in action)) return action;
  const last = { ...action.last, sentAt: new Date(action.last.sentAt) };
  if (action.kind !== 'mute') return { ...action, last };
  return { ...action, last, until: action.until && new Date(action.until) };
}
