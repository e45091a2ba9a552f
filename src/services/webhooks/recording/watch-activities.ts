import { maskRecipient } from '../../../domain/recipient.ts';
import type { EventData } from '../../../domain/webhooks/event.ts';
import type { EventType } from '../../../domain/webhooks/event-types.ts';
import { toSessionName } from '../../../domain/whatsapp/session-id.ts';
import type { Activity, ActivityStore } from '../../../storage/activity/activity-store.ts';
import type { ChangeFeed } from '../change-feed.ts';
import { nameMasked } from '../recipient-data.ts';

/** Makes a store tell the feed about recorded activities that are events. */
export function watchActivities(
  store: ActivityStore,
  { isWatched, noteOccurrence }: Pick<ChangeFeed, 'isWatched' | 'noteOccurrence'>,
): ActivityStore {
  return {
    ...store,
    async record(activity, now) {
      await store.record(activity, now);
      if (!isWatched(activity.accountId)) return;
      const fact = toFact(activity);
      if (!fact) return;
      const { accountId, sessionId } = activity;
      const subject = fact.subject ?? sessionId ?? accountId;
      noteOccurrence({ accountId, ...fact, subject, ...(sessionId && { sessionId }) });
    },
  };
}

type Fact = { readonly type: EventType; readonly data: EventData; readonly subject?: string };

function toFact({ action, sessionId = '', details, phoneNumber }: Activity): Fact | undefined {
  const ofSession = { sessionId: toSessionName(sessionId), reason: details ?? null };
  switch (action) {
    case 'connection_open':
      return { type: 'session.opened', data: { sessionId: ofSession.sessionId } };
    case 'connection_close':
      return { type: toCloseType(details), data: ofSession };
    case 'limit_hit':
      return toLimitFact(details ?? '', phoneNumber);
    case 'pumping_suspected':
      return toPumpingFact(details ?? '');
    default:
      return undefined;
  }
}

/** By the reason why the connection was closed (domain/whatsapp/session-reason.ts). */
function toCloseType(reason: string | undefined): EventType {
  if (reason === 'device_unlinked' || reason === 'logged_out') return 'session.logged_out';
  if (reason === 'banned' || reason === 'banned_temporarily') return 'session.banned';
  return 'session.closed';
}

/** The limits of failed attempts lock a number. */
const LOCKS = /^otp-fail-(?:phone|row)/;

function toLimitFact(rule: string, phoneNumber: string | undefined): Fact {
  if (phoneNumber === undefined) return { type: 'limit.reached', data: { rule } };
  const type = LOCKS.test(rule) ? 'recipient.locked' : 'limit.reached';
  const data = { rule, ...nameMasked(phoneNumber) };
  return { type, data, subject: maskRecipient(phoneNumber) };
}

/** `details` names the kind of the subject and the subject, such as `prefix +6281234`. */
function toPumpingFact(details: string): Fact {
  const [kind = '', name = ''] = details.split(' ');
  return { type: 'pumping.suspected', data: { kind, name }, subject: name };
}
