import type { Caller } from '../../domain/access/caller.ts';
import { codeUses } from '../../domain/conversations/session-settings.ts';
import type { SessionFilter } from '../../storage/whatsapp/session-lists.ts';
import type { CallbackUrls } from './callback-urls.ts';
import type { DeliveryContext } from './context.ts';

export type ChannelListContext = Pick<DeliveryContext, 'channels' | 'circuits'> & {
  readonly callbackUrls: Pick<CallbackUrls, 'urlOf'>;
};

/** Lists the enabled channels in order of preference, with the URLs to which their providers report. */
export function listChannels({ channels, circuits, callbackUrls }: ChannelListContext) {
  return channels.map(({ name, reportsDelivery = false, readCallback }) => ({
    name,
    reportsDelivery,
    callbackUrl: readCallback && callbackUrls.urlOf(name),
    isSkipped: circuits.isSkipped(name),
  }));
}

/** What reading whether codes can be sent needs. Built once, by the composition root. */
export type ReadinessContext = Pick<DeliveryContext, 'channels' | 'circuits' | 'recallWorkflow'> & {
  readonly sessions: { isAny(filter: SessionFilter): Promise<boolean> };
};

/** Why a channel cannot send. */
export const unreadyReasons = ['no_session', 'misconfigured'] as const;
type UnreadyReason = (typeof unreadyReasons)[number];

export type ChannelReadiness = {
  readonly name: string;
  /** Whether codes are sent on it unless a request names another channel. */
  readonly isUsed: boolean;
  /** Undefined if it can send. */
  readonly reason: UnreadyReason | undefined;
};

/**
 * Reads which of the enabled channels can send codes at the moment. A channel with sessions needs one that is connected
 * and sends codes, and that the key of the caller permits; every other channel can send unless this node skips it. Only
 * callers who see all accounts can name one; without it, sessions of all accounts count.
 */
export async function readSendingReadiness(
  ctx: ReadinessContext,
  caller: Caller,
  askedAccountId: string | undefined,
): Promise<readonly ChannelReadiness[]> {
  const accountId = caller.seesAllAccounts ? askedAccountId : caller.accountId;
  const [workflow = [], hasSession] = await Promise.all([
    accountId === undefined ? [] : ctx.recallWorkflow(accountId),
    ctx.sessions.isAny({
      ...{ accountId, sessionIds: caller.restrictions.sessions },
      ...{ states: ['open'], uses: codeUses },
    }),
  ]);
  return ctx.channels.map(({ name, hasSessions = false }) => {
    const isUsed = workflow.length === 0 || workflow.some(({ channel }) => channel === name);
    if (hasSessions && !hasSession) return { name, isUsed, reason: 'no_session' };
    return { name, isUsed, reason: ctx.circuits.isSkipped(name) ? 'misconfigured' : undefined };
  });
}
