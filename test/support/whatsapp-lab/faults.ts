import type { MediaFaults } from './media/media-faults.ts';

/** What the lab's server does wrong, on purpose. */
export type Faults = {
  /** Answers every WebSocket upgrade with this HTTP status. */
  refuseUpgrade?: number;
  /** Takes the connection and the upgrade request, and never answers. */
  ignoreUpgrade?: boolean;
  /** Answers every login with `<failure reason=…>`: 401 logged out, 403 banned. */
  loginFailure?: number;
  /** Answers the next `times` messages with an error, and delivers none of them. */
  nackMessages?: { error: number; times: number };
  /** Delivers messages without acknowledging them: all, or as many as the number says. */
  dropAcks?: boolean | number;
  /** Acknowledges messages and delivers none, as to a phone that is off for good. */
  loseMessages?: boolean;
  /** Acknowledges messages this much later than it delivers them. */
  ackAfterMs?: number;
  /** Holds delivery and read receipts back until `releaseReceipts()`. */
  dropReceipts?: boolean;
  /** A restricted account: 463 for a message that does not show the recipient's privacy token. */
  onlyKnownChats?: boolean;
  /** Hears nothing and says nothing on connections that are open. */
  silent?: boolean;
  /** Delays everything that the server says. */
  latencyMs?: number;
  /** Cuts the line at the next message, before or after its delivery. */
  cutOnMessage?: 'lost' | 'delivered';
  /** Older clients get `<failure reason='405'>`. */
  minVersion?: readonly [number, number, number];
  /** Sends every delivery and read receipt twice. */
  doubleReceipts?: boolean;
  /** Answers the next `times` questions about groups with an error: 429 is the rate limit. */
  groupQueryError?: { error: number; times: number };
  /** Loses the common part of as many messages to groups or status, on the way to one device each. */
  loseSkmsg?: number;
  /** Loses as many sender keys, so that a device cannot read what follows and asks for it again. */
  loseSenderKeys?: number;
  /** What the media host does wrong; see `media/media-faults.ts`. */
  media?: MediaFaults;
};

/** Uses up one of the times that a fault still has. */
export function takeOne(faults: Faults, name: 'loseSkmsg' | 'loseSenderKeys'): boolean {
  const left = faults[name] ?? 0;
  if (left > 0) faults[name] = left - 1;
  return left > 0;
}
