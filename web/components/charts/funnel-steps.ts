import type { Funnel } from '../../lib/types.ts';

type Counts = Pick<
  Funnel,
  'asked' | 'sent' | 'delivered' | 'read' | 'verified' | 'failed' | 'expired'
>;

/**
 * The steps of a funnel, none of which is larger than the one before. A code that was read or entered has arrived, even
 * if there was no receipt, because not every channel sends them.
 */
export function toSteps({ sent, delivered, read, verified }: Counts) {
  const entered = Math.min(sent, verified);
  const arrived = Math.min(sent, Math.max(delivered, read, verified));
  return { sent, arrived, verified: entered };
}

/**
 * What became of the codes, so that the counts add up: those that were requested were sent, could not be sent, or are
 * being sent; those that were sent were verified, ended otherwise, or are still live.
 */
export function toOutcomes({ asked, sent, failed, verified, expired }: Counts) {
  return {
    ...{ asked, sent, failed, sending: Math.max(0, asked - sent - failed) },
    ...{ verified, expired, live: Math.max(0, sent - verified - expired) },
  };
}
