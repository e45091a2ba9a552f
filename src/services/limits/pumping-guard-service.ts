import { eventBits } from '../../domain/analytics/funnel-stats.ts';
import { TEST_CHANNEL } from '../../domain/delivery/delivery.ts';
import { numberPrefix } from '../../domain/phone-number/phone-number.ts';
import { isEmailRecipient } from '../../domain/recipient.ts';
import {
  type ConversionSubject,
  conversionKey,
  conversionSubjects,
} from '../../domain/verification/send-conversion.ts';
import { createTtlCache } from '../../lib/concurrency/ttl-cache.ts';
import type { Logger } from '../../lib/logger.ts';
import { addSeconds, type Clock } from '../../lib/time/clock.ts';
import type { CountableVerification } from '../../storage/analytics/rollup-source-store.ts';
import type { Step } from '../../storage/statement.ts';
import type { ConversionStore, Outcome } from '../../storage/verification/conversion-store.ts';
import type { ActivityService } from '../activity/activity-service.ts';
import type { Metrics } from '../operations/metrics-service.ts';

/** `record` raises an alarm, `block` also limits sends to a suspect prefix, `off` counts nothing. */
type PumpingGuardMode = 'record' | 'block' | 'off';

type Dependencies = {
  readonly mode: PumpingGuardMode;
  readonly conversions: ConversionStore;
  readonly activity: Pick<ActivityService, 'logSystem'>;
  readonly metrics: Pick<Metrics, 'pumpingSuspected'>;
  readonly logger: Logger;
  readonly now: Clock;
};

export type PumpingGuard = ReturnType<typeof createPumpingGuard>;

/** Suspicions and samples without new sends expire after this time. */
const FORGOTTEN_SECONDS = 12 * 3600;

/** How long a node caches the suspicion of a prefix. */
const SUSPICION_CACHE_MS = 2000;

/**
 * Traffic pumping: an attacker has codes sent to earn the fees, and never verifies them. This watches the
 * share of verified sends by key, prefix and region, each within its account, as sends settle. It adds no
 * work to a send, except in mode `block`.
 */
export function createPumpingGuard(dependencies: Dependencies) {
  const { mode, conversions, activity, metrics, logger, now } = dependencies;
  const suspicions = createTtlCache(
    async (key) => ({ since: await conversions.findSuspicion(key) }),
    { keepMs: SUSPICION_CACHE_MS },
  );

  /** Whether sends to this number are held, because its prefix is suspect in this account. */
  async function isHeld(accountId: string, phoneNumber: string): Promise<boolean> {
    if (mode !== 'block' || isEmailRecipient(phoneNumber)) return false;
    const subject = { accountId, kind: 'prefix', name: numberPrefix(phoneNumber) } as const;
    const found = await suspicions.recall(conversionKey(subject));
    return found?.since !== undefined && found.since > forgetBefore();
  }

  /** Steps that count settled sends, for the transaction that counts `verifications`. */
  function toSteps(verifications: readonly CountableVerification[]): Step[] {
    if (mode === 'off') return [];
    return conversions.toSteps(toOutcomes(verifications), now(), forgetBefore());
  }

  /** Raises an alarm for each subject of `verifications` that has just become suspect. */
  async function judge(verifications: readonly CountableVerification[]): Promise<void> {
    if (mode === 'off') return;
    const subjects = toOutcomes(verifications).map(({ subject }) => subject);
    const changed = await conversions.listChanged(subjects);
    for (const subject of subjects) {
      const key = conversionKey(subject);
      if (changed.has(key)) await changeMark(subject);
      suspicions.forget(key);
    }
  }

  async function changeMark(subject: ConversionSubject): Promise<void> {
    if (await conversions.suspect(subject, now())) raiseAlarm(subject);
    else if (await conversions.clear(subject)) logger.info(subject, 'sends are verified again');
  }

  function raiseAlarm(subject: ConversionSubject): void {
    const { accountId, kind, name } = subject;
    logger.warn(subject, 'traffic pumping suspected: too few of the latest sends were verified');
    metrics.pumpingSuspected.inc({ kind });
    const details = `${kind} ${name}`;
    activity.logSystem({ accountId, action: 'pumping_suspected', status: 'error', details });
  }

  function forgetBefore(): Date {
    return addSeconds(now(), -FORGOTTEN_SECONDS);
  }

  return { isHeld, toSteps, judge };
}

/** Settled sends by subject. All nodes use the same order, which avoids deadlocks. */
function toOutcomes(verifications: readonly CountableVerification[]): Outcome[] {
  const outcomes = new Map<string, Outcome>();
  for (const verification of verifications.filter(isSettledNow)) {
    const verified = Number((verification.seen & eventBits.verified) !== 0);
    for (const subject of conversionSubjects(verification)) {
      const key = conversionKey(subject);
      const known = outcomes.get(key) ?? { subject, settled: 0, verified: 0 };
      outcomes.set(key, {
        subject,
        settled: known.settled + 1,
        verified: known.verified + verified,
      });
    }
  }
  return [...outcomes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, outcome]) => outcome);
}

/** Whether a sent code was verified or expired since it was last counted. True once per code. */
function isSettledNow({ channel, seen, counted }: CountableVerification): boolean {
  const news = seen & ~counted & (eventBits.verified | eventBits.expired);
  return news !== 0 && channel !== '' && channel !== TEST_CHANNEL;
}
