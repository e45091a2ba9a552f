import { createTtlCache } from '../../../lib/concurrency/ttl-cache.ts';
import type { ChannelMessage } from '../../contract.ts';
import type { HostedSession, NodeParts } from './interfaces.ts';
import type { OwnerCalls } from './owner-calls.ts';

type Options = NodeParts & {
  /** Whether this node hosts a session and can use it. */
  readonly isHost: (sessionId: string) => boolean;
  readonly call: OwnerCalls['call'];
};

export type RemoteSessions = ReturnType<typeof createRemoteSessions>;

/** How long a node may not notice that another one hosts a session, if no wake-up arrives. */
const KEEP_MS = 1000;

/** The sessions of other nodes, through which this one can send codes. */
export function createRemoteSessions({ bus, listHosted, isHost, call }: Options) {
  const hosted = createTtlCache(listHosted, { keepMs: KEEP_MS });
  const close = bus.subscribe('session', hosted.forgetAll);

  return {
    /** Lists the sessions of an account that other nodes host and that can send, or will be able to soon. */
    async list(accountId: string): Promise<readonly HostedSession[]> {
      const all = (await hosted.recall(accountId)) ?? [];
      return all.filter(({ sessionId }) => !isHost(sessionId));
    },

    /**
     * Sends a code through a session of another node. If no other session is left, it waits as long as there is time for
     * a node to take over the session of a dead one.
     */
    sendCode(
      sessionId: string,
      { recipient, text, messageId, deadline, milliseconds }: ChannelMessage,
      { isLast }: { readonly isLast: boolean },
    ): Promise<string> {
      const letter = { recipient, text, messageId };
      const patience = { milliseconds, deadline, ...(isLast && { takeMs: milliseconds }) };
      return call(sessionId, 'send_code', letter, patience);
    },

    close,
  };
}
