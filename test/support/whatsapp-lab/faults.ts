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
};
