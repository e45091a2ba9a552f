import {
  bandPeriods,
  type ConversionDimension,
  type ConversionJudgement,
  type ConversionOf,
  conversionDimensions,
  dropKey,
  judgeConversion,
  type Period,
} from '../../domain/analytics/conversion-band.ts';
import type { EventData } from '../../domain/webhooks/event.ts';
import { toEventId } from '../../domain/webhooks/event-id.ts';
import { addSeconds } from '../../lib/time/clock.ts';
import type { StoredDrop } from '../../storage/analytics/conversion-drop-store.ts';
import type { ConversionWatchContext } from './context.ts';

/** Without enough codes for a judgement for so long, a drop ends. */
const UNKNOWN_SECONDS = 86_400;

/** How long the events of a drop are recorded again, so that they are not lost if a node dies. */
const REPORTED_SECONDS = 3600;

/**
 * Compares the conversion of the last hour with the seven days before, for each channel and region of each account.
 * Stores which have dropped and which have recovered, and reports both as events: once per drop, whatever other nodes do
 * at the same time.
 */
export async function watchConversions(ctx: ConversionWatchContext): Promise<void> {
  const { drops, now } = ctx;
  const at = now();
  await drops.endUnknown(addSeconds(at, -UNKNOWN_SECONDS), at);
  const active = new Set((await drops.listActive(undefined)).map(dropKey));
  for (const dimension of conversionDimensions) await judgeAll(ctx, dimension, active);
  reportAll(ctx, {
    active: await drops.listActive(undefined),
    ended: await drops.listEndedSince(addSeconds(at, -REPORTED_SECONDS)),
  });
}

async function judgeAll(
  ctx: ConversionWatchContext,
  dimension: ConversionDimension,
  active: ReadonlySet<string>,
): Promise<void> {
  const { drops, now } = ctx;
  const { hour: window, before: days } = bandPeriods(now());
  const hour = await drops.sumHour(dimension, window);
  const accountIds = hour.map(({ accountId }) => accountId);
  const before = await drops.sumBefore(dimension, days, accountIds);
  const usual = new Map(before.map((one) => [dropKey(one), one]));
  for (const { sent, verified, ...of } of hour) {
    const earlier = usual.get(dropKey(of));
    const judgement = earlier && judgeConversion({ sent, verified }, earlier);
    if (!judgement) continue;
    if (active.has(dropKey(of))) await follow(ctx, of, { ...judgement, window });
    else if (judgement.kind === 'low') await begin(ctx, of, { ...judgement, window });
  }
}

type Judged = ConversionJudgement & { readonly window: Period };

/** Ends a drop, or stores its latest figures. */
async function follow(
  { drops, logger, now }: ConversionWatchContext,
  of: ConversionOf,
  judged: Judged,
): Promise<void> {
  if (judged.kind !== 'normal') return drops.update(of, judged, now());
  const isEnded = await drops.end(of, judged, now());
  if (isEnded) logger.info(of, 'as many codes are verified as usual again');
}

async function begin(
  { drops, logger, now }: ConversionWatchContext,
  of: ConversionOf,
  judged: Judged,
): Promise<void> {
  const isBegun = await drops.begin(of, judged, now());
  const { share, expectedShare } = judged;
  if (isBegun) logger.warn({ ...of, share, expectedShare }, 'fewer codes are verified than usual');
}

type Found = { readonly active: readonly StoredDrop[]; readonly ended: readonly StoredDrop[] };

/** An event has the same ID whenever it is reported, so that it is recorded once. */
function reportAll(ctx: ConversionWatchContext, { active, ended }: Found): void {
  const since = addSeconds(ctx.now(), -REPORTED_SECONDS);
  for (const drop of active) {
    if (drop.createdAt >= since) report(ctx, drop, toDropped(drop));
  }
  for (const drop of ended) {
    if (drop.endedAt) report(ctx, drop, toRecovered(drop, drop.endedAt));
  }
}

type Fact = {
  readonly type: 'conversion.dropped' | 'conversion.recovered';
  readonly occurredAt: Date;
  readonly data?: EventData;
};

function toDropped({ createdAt: occurredAt }: StoredDrop): Fact {
  return { type: 'conversion.dropped', occurredAt };
}

function toRecovered({ updatedAt }: StoredDrop, occurredAt: Date): Fact {
  // A drop that ends as usual has the figures of its end.
  const reason = updatedAt < occurredAt ? 'too_few_codes' : 'as_usual';
  return { type: 'conversion.recovered', occurredAt, data: { reason } };
}

function report(
  { changes }: ConversionWatchContext,
  drop: StoredDrop,
  { type, occurredAt, data }: Fact,
): void {
  const { accountId, dimension, value, share, expectedShare } = drop;
  changes.noteOccurrence({
    ...{ accountId, type, subject: nameOf(drop), occurredAt },
    eventId: toEventId(type, dropKey(drop), occurredAt.toISOString()),
    data: {
      ...{ dimension, value, share: round(share), expectedShare: round(expectedShare) },
      window: `${drop.windowFrom.toISOString()}/${drop.windowTo.toISOString()}`,
      ...data,
    },
  });
}

function nameOf({ dimension, value }: ConversionOf): string {
  return `${dimension} ${value}`;
}

/** To four decimal places. */
function round(share: number): number {
  return Math.round(share * 10_000) / 10_000;
}
