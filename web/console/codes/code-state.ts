import type { Code, Status, Timeline } from '../../lib/types.ts';

type Sent = Pick<Code | Timeline, 'method' | 'channel'>;
type Known = Pick<Code | Timeline | Status, 'status' | 'attempts' | 'maxAttempts'> &
  Partial<Pick<Sent, 'method'>>;

/** What to show as the channel: for a verification by a message of the user, `inbound`. */
export function channelOf({ method, channel }: Sent): string | null {
  return method === 'inbound' && channel === null ? method : channel;
}

/**
 * What to show as the status. A code without attempts left is `sent` for the API, where `canVerify` is false. For a
 * verification by a message of the user, nothing was sent, so it waits.
 */
export function stateOf({ method, status, attempts, maxAttempts }: Known): string {
  if (status !== 'sent') return status;
  if (method === 'inbound') return 'waiting';
  return attempts !== null && maxAttempts !== null && attempts >= maxAttempts ? 'spent' : status;
}
