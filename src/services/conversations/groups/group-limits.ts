import type { Caller } from '../../../domain/access/caller.ts';
import type { Limit, RateLimitHit } from '../../../domain/rate-limit.ts';
import { refuse } from '../../../domain/refusal.ts';
import type { SessionContext } from '../../whatsapp/context.ts';

/** The limits of each session. 0 means no limit. */
type Most = {
  /** Between two changes of any groups. */
  readonly spacingSeconds: number;
  readonly createdPerDay: number;
  readonly addedPerDay: number;
};

export type GroupLimits = ReturnType<typeof createGroupLimits>;

const DAY_SECONDS = 86_400;

/** WhatsApp restricts numbers that create many groups, or add many people. */
export function createGroupLimits({ spacingSeconds, createdPerDay, addedPerDay }: Most) {
  const perDay = (name: string, max: number): Limit => ({
    ...{ name, max, windowSeconds: DAY_SECONDS, burst: max },
  });
  return {
    changes: {
      name: 'wa-group-change',
      max: spacingSeconds > 0 ? 1 : 0,
      windowSeconds: spacingSeconds,
    } satisfies Limit,
    created: perDay('wa-group-created-day', createdPerDay),
    added: perDay('wa-group-added-day', addedPerDay),
  };
}

type Context = { readonly whatsapp: SessionContext; readonly groupLimits: GroupLimits };

export type GroupUse = { readonly created?: number; readonly added?: number };

/**
 * Counts a change of groups, with the groups that it creates and the people that it adds, or nothing at all. Returns a
 * function that refunds it.
 * @throws {AppError} `rate_limited`
 */
export async function countChange(
  { whatsapp: { limiter }, groupLimits }: Context,
  caller: Caller,
  subject: string,
  { created = 0, added = 0 }: GroupUse,
): Promise<() => Promise<void>> {
  const { changes, created: ofCreated, added: ofAdded } = groupLimits;
  const hits: RateLimitHit[] = [
    { limit: changes, subject },
    ...Array.from({ length: created }, () => ({ limit: ofCreated, subject })),
    ...Array.from({ length: added }, () => ({ limit: ofAdded, subject })),
  ];
  const counted: RateLimitHit[] = [];
  const refund = async () => {
    for (const hit of counted.splice(0)) await limiter.refund(caller, [hit]);
  };
  // One after another, because one write counts each limit once.
  for (const hit of hits) {
    const consumed = await limiter.consume(caller, [hit]);
    if (!consumed.granted) {
      await refund();
      throw refuse('rate_limited', describe(groupLimits, hit.limit), consumed.refusal);
    }
    counted.push(hit);
  }
  return refund;
}

function describe({ changes, created }: GroupLimits, limit: Limit): string {
  if (limit === changes) {
    return `A session changes groups at most once in ${changes.windowSeconds} seconds`;
  }
  return limit === created
    ? `A session creates at most ${limit.max} groups at once, and as many a day`
    : `A session adds at most ${limit.max} people to groups at once, and as many a day`;
}
