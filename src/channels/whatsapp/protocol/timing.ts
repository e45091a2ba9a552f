/** How long a session waits for what, in milliseconds. Tests hand in shorter times. */
export type Timing = {
  /** Neither QR, nor open, nor closed by then: the server took the connection and says nothing. */
  readonly connectMs: number;
  /** The first wait before connecting again; it doubles with every failure, up to the longest. */
  readonly firstBackoffMs: number;
  readonly longestBackoffMs: number;
  /** Open for so long, a connection counts as good, and failures are counted anew. */
  readonly stableMs: number;
  /** A line is tested so often, and lost 5 s after an answer that does not come. */
  readonly keepAliveMs: number;
  /** How long WhatsApp may take to answer a question; a send waits for it. */
  readonly queryMs: number;
  /** How long the first QR of an attempt is good, and each of the five after it. */
  readonly firstQrMs: number;
  readonly nextQrMs: number;
  /** How long a node that died keeps a session from the others; renewed three times in it. */
  readonly leaseMs: number;
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
};

/** How many QR texts WhatsApp hands out before it closes an attempt to link. */
const QRS_PER_ATTEMPT = 6;

/** Full time of an attempt to link: a pairing code is good until its end. */
export function linkingMs({ firstQrMs, nextQrMs }: Timing): number {
  return firstQrMs + (QRS_PER_ATTEMPT - 1) * nextQrMs;
}

/** Exponential wait with half of it at random, so that many sessions do not come back at one moment. */
export function backoffMs(attempt: number, timing: Timing, random: () => number): number {
  const { firstBackoffMs, longestBackoffMs } = timing;
  const full = Math.min(longestBackoffMs, firstBackoffMs * 2 ** (attempt - 1));
  return Math.round(full * (0.5 + random() / 2));
}
