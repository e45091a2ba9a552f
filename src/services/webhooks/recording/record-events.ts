import type { NewEvent } from '../../../domain/webhooks/event.ts';
import { groupBy } from '../../../lib/group-by.ts';
import { addSeconds } from '../../../lib/time/clock.ts';
import type { ChangedVerification } from '../../../storage/webhooks/event-store.ts';
import type { RecorderContext } from '../context.ts';
import { toVerificationEvents } from './verification-events.ts';

/** No comparison of a code takes longer, so a last attempt that is older was wrong. */
const COMPARISON_SECONDS = 120;

/**
 * Records the events of verifications that are not recorded yet. `exhausted` has the verifications whose last attempt
 * is known to have been wrong.
 */
export async function recordEventsOf(
  ctx: RecorderContext,
  verifications: readonly ChangedVerification[],
  exhausted: ReadonlySet<number>,
): Promise<void> {
  const watched = verifications.filter(({ accountId }) => ctx.endpoints.isWatched(accountId));
  if (watched.length === 0) return;
  const deliveries = await ctx.events.listDeliveries(
    watched.map(({ verificationId }) => verificationId),
  );
  const byVerification = groupBy(deliveries, ({ verificationId }) => verificationId);
  const comparedBefore = addSeconds(ctx.now(), -COMPARISON_SECONDS);
  const derived = watched.flatMap((verification) =>
    toVerificationEvents({
      verification,
      deliveries: byVerification.get(verification.verificationId) ?? [],
      isExhausted: exhausted.has(verification.id) || verification.updatedAt < comparedBefore,
    }),
  );
  await recordNew(ctx, derived);
}

/** Records those of the events that are not recorded yet, and that they are to be pushed. */
export async function recordNew(
  { events, endpoints, onRecorded, now }: RecorderContext,
  derived: readonly NewEvent[],
): Promise<void> {
  const recorded = await events.findRecorded(derived.map(({ eventId }) => eventId));
  const addressed = derived.filter(({ eventId }) => !recorded.has(eventId)).map(endpoints.address);
  if (addressed.length === 0) return;
  await events.record(addressed, now());
  onRecorded();
}
