import type { Code, Timeline } from '../../lib/types.ts';

type Known = Pick<Code | Timeline, 'method' | 'status' | 'channel'>;

/** What to show as the channel: for a verification by a message of the user, `inbound`. */
export function channelOf({ method, channel }: Known): string | null {
  return method === 'inbound' && channel === null ? method : channel;
}

/** What to show as the status: nothing was sent for such a verification, so it waits. */
export function stateOf({ method, status }: Known): string {
  return method === 'inbound' && status === 'sent' ? 'waiting' : status;
}
