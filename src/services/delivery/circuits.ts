import type { DeliveryFailureReason } from '../../domain/delivery/delivery.ts';
import type { Logger } from '../../lib/logger.ts';
import type { Metrics } from '../operations/metrics-service.ts';

/** How many times in a row a channel may be misconfigured before it is skipped. */
const MOST_FAILURES = 3;

/** How long it is skipped before one message tries it again. */
const OPEN_MS = 30_000;

type Circuit = { readonly failures: number; readonly closesAt: number };

/** A channel whose last message did not show that it is misconfigured. */
const WORKING: Circuit = { failures: 0, closesAt: 0 };

export type Circuits = ReturnType<typeof createCircuits>;

/**
 * Skips channels that an operator must repair (a wrong token, no balance, an unapproved template), so that a recipient
 * does not wait for them. Other failures concern one message, and are tried again with the next.
 */
export function createCircuits({
  metrics,
  logger,
}: {
  readonly metrics: Metrics;
  readonly logger: Logger;
}) {
  const circuits = new Map<string, Circuit>();

  /** Most messages come here, so a channel that works costs no more than a look. */
  function noteWorking(channel: string): void {
    const before = circuits.get(channel);
    if (before === WORKING) return;
    if (before && before.failures >= MOST_FAILURES) logger.info({ channel }, 'channel works again');
    circuits.set(channel, WORKING);
    metrics.skippedChannels.set({ channel }, 0);
  }

  function noteFailure(channel: string): void {
    const failures = (circuits.get(channel)?.failures ?? 0) + 1;
    circuits.set(channel, { failures, closesAt: performance.now() + OPEN_MS });
    if (failures !== MOST_FAILURES) return;
    metrics.skippedChannels.set({ channel }, 1);
    logger.error(
      { channel, seconds: OPEN_MS / 1000 },
      'channel is misconfigured and is skipped, except for one message each time: check its variables',
    );
  }

  return {
    /** Whether a channel is skipped at the moment. When its time is over, one caller may try it. */
    isOpen(channel: string): boolean {
      const circuit = circuits.get(channel);
      if (!circuit || circuit.failures < MOST_FAILURES) return false;
      if (performance.now() < circuit.closesAt) return true;
      circuits.set(channel, { ...circuit, closesAt: performance.now() + OPEN_MS });
      return false;
    },

    /** Whether a channel is skipped at the moment, without trying it. */
    isSkipped(channel: string): boolean {
      const circuit = circuits.get(channel);
      return circuit !== undefined && circuit.failures >= MOST_FAILURES;
    },

    /** Notes how a message ended: with a reason, or accepted. */
    note(channel: string, reason: DeliveryFailureReason | undefined): void {
      if (reason === 'misconfigured') noteFailure(channel);
      else noteWorking(channel);
    },
  };
}
