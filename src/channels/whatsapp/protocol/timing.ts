/** The timeouts and intervals of a session, in milliseconds. Tests use shorter ones. */
export type Timing = {
  /** A connection is closed if it has no event (QR code, open, closed) within this time. */
  readonly connectMs: number;
  /** The first wait before reconnecting. It doubles with every failure, up to the longest wait. */
  readonly firstBackoffMs: number;
  readonly longestBackoffMs: number;
  /** After a connection has been open for this long, the count of failures is reset. */
  readonly stableMs: number;
  /** The interval of keep-alive requests. Without a response within 5 s, the connection is lost. */
  readonly keepAliveMs: number;
  /** How long WhatsApp may take to respond to a query. A send waits for it. */
  readonly queryMs: number;
  /** How long the first QR code of an attempt is valid, and each of the five after it. */
  readonly firstQrMs: number;
  readonly nextQrMs: number;
  /** The lifetime of a lease, which is renewed three times in it. Other nodes wait this long after a crash. */
  readonly leaseMs: number;
  /** How often a node with more sessions than another one hands one of them over. */
  readonly spreadMs: number;
};

export const DEFAULT_TIMING: Timing = {
  connectMs: 30_000,
  firstBackoffMs: 1000,
  longestBackoffMs: 60_000,
  stableMs: 60_000,
  keepAliveMs: 30_000,
  queryMs: 10_000,
  firstQrMs: 60_000,
  nextQrMs: 20_000,
  leaseMs: 15_000,
  spreadMs: 10_000,
};

/** How many QR codes WhatsApp provides before it closes an attempt to link. */
const QRS_PER_ATTEMPT = 6;

/** Returns the duration of an attempt to link. A pairing code is valid until its end. */
export function linkingMs({ firstQrMs, nextQrMs }: Timing): number {
  return firstQrMs + (QRS_PER_ATTEMPT - 1) * nextQrMs;
}

/** Exponential backoff with 50 % jitter, so that many sessions do not reconnect at the same moment. */
export function backoffMs(attempt: number, timing: Timing, random: () => number): number {
  const { firstBackoffMs, longestBackoffMs } = timing;
  const full = Math.min(longestBackoffMs, firstBackoffMs * 2 ** (attempt - 1));
  return Math.round(full * (0.5 + random() / 2));
}
