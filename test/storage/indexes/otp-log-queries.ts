import { activeKeyOf } from '../../../src/domain/verification/verification.ts';
import { timesAt } from '../../../src/storage/verification/live-verification.ts';
import {
  END_REPLACED,
  MARK_VERIFIED,
} from '../../../src/storage/verification/verification-statements.ts';
import {
  BATCH,
  execute,
  pages,
  pagesOfPeriod,
  type QueriesOf,
  type Subject,
  some,
} from './query.ts';

const list = 'listVerifications';

/** Every index of `otp_logs`, and the queries that need it. */
export const otpLogQueries: QueriesOf = {
  'otp_logs.PRIMARY': {
    'an attempt is spent': {
      run: ({ verifications }, { now }) => verifications.spendAttempt(1, 3, now),
    },
    'a code is verified': execute(({ now }) => MARK_VERIFIED.with({ id: 1, ...timesAt(now) })),
    'a code is ended': { run: ({ verifications }, { now }) => verifications.expire(1, now) },
    'a code may have expired': {
      run: ({ verifications }, { now }) => verifications.expireIfDue(1, now),
    },
    'a send has failed': { run: ({ unsent }, { now }) => unsent.fail(1, 'node', now) },
    'a send may have arrived': { run: ({ unsent }) => unsent.release(1, 'node') },
    'used codes may be live again': { run: ({ nodes }) => nodes.isAnyLive(some(Number)) },
    'a code was changed': { run: ({ events }) => events.findChanged([{ id: 1 }]) },
    'a code is looked at again for events': {
      run: ({ events }, { now }) => events.lookAgain([1], now, now),
    },
    'codes are counted again': {
      run: ({ sources }) =>
        sources.listCountedVerifications({ since: new Date(0), after: 1000 }, BATCH),
    },
  },
  'otp_logs.verificationId': {
    'a delivery was changed': {
      run: ({ events }, { verificationId }) => events.findChanged([{ verificationId }]),
    },
    'an endpoint gets whole numbers': {
      run: ({ events }, { verificationId }) => events.findNumbers([verificationId]),
    },
    'the messages of a code of a verify service': {
      run: ({ attempts }, { accountId, verificationId }) =>
        attempts.listByStart(accountId, verificationId),
    },
    'a code is checked by its ID': {
      run: ({ verifications }, { accountId, verificationId }) =>
        verifications.find({ accountId, verificationId }),
    },
    'the timeline of a code': {
      run: ({ timelines }, { verificationId }) => timelines.findVerification(verificationId),
    },
    'a channel has accepted a code': {
      run: ({ verifications }, { verificationId, now }) =>
        verifications.markSent(verificationId, { channel: 'http', messageId: 'none' }, now),
    },
    'no channel has accepted a code': {
      run: ({ verifications }, { verificationId, now }) =>
        verifications.markFailed(verificationId, now),
    },
    'a resend may have arrived': {
      run: ({ verifications }, { verificationId, now }) =>
        verifications.noteDoubtfulResend(verificationId, now),
    },
    'a send may have failed': {
      run: ({ unsent }, { verificationId }) => unsent.isFailed(verificationId),
    },
    'a message has arrived': {
      run: ({ deliveries }, { messageId, sessionId, now }) =>
        deliveries.markDelivered(messageId, sessionId, now),
    },
    'a later step starts': {
      run: ({ deliveries }, { now, ...subject }) =>
        deliveries.beginClaimed(toDelivery(subject), now, { nodeId: 'node', until: now }),
    },
    'a later step takes the place of a claimed one': {
      run: ({ deliveries }, { now, ...subject }) =>
        deliveries.beginNext({ id: 1 }, toDelivery(subject), now, { nodeId: 'node', until: now }),
    },
    'a code is sent again by its ID': {
      run: ({ verifications }, { verificationId, now }) =>
        verifications.findSendable({ verificationId }, now),
    },
    'what is needed to send a code changes': {
      run: ({ verifications }, { verificationId, now }) =>
        verifications.replaceMessage(verificationId, 'sealed', now),
    },
    'a message was read': {
      run: ({ deliveries }, { messageId, sessionId, now }) =>
        deliveries.markRead(messageId, sessionId, now),
    },
  },
  'otp_logs.activeKey': {
    'a code is checked by its number': {
      run: ({ verifications }, { live }) => verifications.find({ scope: live }),
    },
    'a code is sent again by its number': {
      run: ({ verifications }, { live, now }) => verifications.findSendable({ scope: live }, now),
    },
    'a code replaces another': execute(({ live, now }) =>
      END_REPLACED.with({ activeKey: activeKeyOf(live), replacedUntil: now, ...timesAt(now) }),
    ),
  },
  otp_logs_page_phoneNumber: {
    'the status of a number': {
      run: ({ verifications }, { accountId, phoneNumber }) =>
        verifications.findLatest({ accountId, phoneNumber, purpose: 'login' }, undefined),
    },
    'a newer code has ended the one before': {
      also: ['otp_logs.verificationId'],
      run: ({ events }, { verificationId }) => events.findReplacedBy([verificationId]),
    },
    'the status of a number in some sessions': {
      run: ({ verifications }, { accountId, phoneNumber }) =>
        verifications.findLatest({ accountId, phoneNumber, purpose: 'login' }, ['a', 'b']),
    },
    'the send before may have arrived': {
      run: ({ verifications }, { now, ...subject }) =>
        verifications.followsDoubtfulSend(subject, now),
    },
    'the next code of the number ends a timeline': {
      also: ['otp_logs.verificationId'],
      async run({ timelines }, { verificationId }) {
        const found = await timelines.findVerification(verificationId);
        return found && timelines.findSuccession(found);
      },
    },
    'live codes end before an erasure': {
      run: ({ recipients }, subject) => recipients.listLive(subject),
    },
    'codes are counted before an erasure': {
      run: ({ recipients }, subject) => recipients.makeDue(subject, subject.now),
    },
    'something may be left after an erasure': {
      also: ['activity_logs_page_phoneNumber'],
      run: ({ recipients }, { now, accountId }) =>
        recipients.hasAny({ accountId, phoneNumber: '+1' }, now),
    },
    'pages of a number': pages(list, ({ phoneNumber }) => ({ phoneNumber })),
    'pages with all filters': pagesOfPeriod(list, ({ phoneNumber, sessionId }) => ({
      ...{ phoneNumber, sessionId, status: 'failed' },
    })),
  },
  otp_logs_page_lastDigits: {
    'pages of numbers with the same end': pages(list, () => ({ lastDigits: '0303' })),
    'pages of numbers with the same longer end': pages(list, () => ({ lastDigits: '9910000303' })),
    'pages of numbers with the same end in a period': pagesOfPeriod(list, () => ({
      ...{ lastDigits: '0303', status: 'failed' },
    })),
  },
  otp_logs_page: {
    'pages of an account': pages(list),
    'pages of a period': pagesOfPeriod(list),
    'the messages of verify services': {
      async run({ attempts }, { accountId, dayBefore, now }) {
        const filter = { accountId, purposes: ['login'] };
        await attempts.list(filter, { limit: 5, offset: 0 });
        await attempts.list({ ...filter, after: dayBefore, before: now }, { limit: 5, offset: 5 });
      },
    },
    'how many messages of verify services there were in a period': {
      run: ({ attempts }, { accountId, dayBefore, now }) =>
        attempts.count({ accountId, purposes: ['login'], after: dayBefore, before: now }),
    },
  },
  otp_logs_page_sessionId: {
    'pages of a session': pages(list, ({ sessionId }) => ({ sessionId })),
    'pages of a session in a period': pagesOfPeriod(list, ({ sessionId }) => ({ sessionId })),
  },
  otp_logs_page_status: {
    'pages of failed codes': pages(list, () => ({ status: 'failed' })),
    'pages of live codes': pages(list, () => ({ status: 'sent' })),
    'pages of failed codes in a period': pagesOfPeriod(list, () => ({ status: 'failed' })),
  },
  otp_logs_created: {
    'pages of all accounts': pages(list, () => ({ accountId: undefined })),
    'old codes are pruned': {
      run: ({ verifications }, { dayBefore }) => verifications.prune(dayBefore, BATCH),
    },
    'counts from before the oldest code stay': {
      run: ({ sources }) => sources.findOldest('otp_logs'),
    },
  },
  otp_logs_due: {
    'codes are counted': {
      run: async ({ sources }, { now }, { transact }) => {
        const due = await sources.listDueVerifications(now, BATCH);
        await transact(sources.toVerificationMarks(due));
      },
    },
  },
  otp_logs_events_due: {
    'events may have been missed': {
      run: ({ events }, { now }) => events.listDue(now, BATCH),
    },
  },
  otp_logs_live: {
    'codes expire': { run: ({ verifications }, { now }) => verifications.expireDue(now, BATCH) },
    'a node has died': { run: ({ unsent }) => unsent.list('node', BATCH) },
    'a database was restored': {
      run: ({ epochs }, { now }) => epochs.begin({ seen: 0, next: 1 }, { logins: false }, now),
    },
  },
};

/** A delivery of the code that a query is about. */
function toDelivery({ accountId, verificationId, sessionId, messageId }: Omit<Subject, 'now'>) {
  return { accountId, verificationId, sessionId, messageId, channel: 'http' };
}
