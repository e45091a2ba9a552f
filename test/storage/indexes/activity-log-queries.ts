import { BATCH, pages, pagesOfPeriod, type QueriesOf, some } from './query.ts';

const list = 'listActivities';

/** Every index of `activity_logs`, and the queries that need it. */
export const activityLogQueries: QueriesOf = {
  'activity_logs.PRIMARY': {
    'activities are counted again': {
      run: ({ sources }) =>
        sources.listCountedActivities({ since: new Date(0), after: 1000 }, BATCH),
    },
  },
  activity_logs_page_phoneNumber: {
    'the limits and unlocks of a timeline': {
      run: ({ timelines }, { accountId, phoneNumber, dayBefore, now }) =>
        timelines.listActivitiesAbout({
          ...{ accountId, phoneNumbers: [phoneNumber, '+6289'], from: dayBefore, to: now },
          actions: ['limit_hit', 'otp_unlock'],
        }),
    },
    'activities of a number are erased': {
      run: ({ recipients }, subject) => recipients.eraseActivities(subject),
    },
    'pages of a number': pages(list, ({ phoneNumber }) => ({ phoneNumber })),
    'pages of a number in a period': pagesOfPeriod(list, ({ phoneNumber }) => ({ phoneNumber })),
    'errors of a number': pages(list, ({ phoneNumber }) => ({ phoneNumber, status: 'error' })),
    'pages with all filters': pagesOfPeriod(list, ({ phoneNumber, sessionId }) => ({
      ...{ phoneNumber, sessionId, status: 'error', action: 'otp_send' },
    })),
  },
  activity_logs_verification: {
    'the attempts of a timeline': {
      run: ({ timelines }, subject) =>
        timelines.listActivitiesOf(subject, ['otp_verify', 'otp_expire']),
    },
    'activities without a number are exported': {
      run: ({ recipients }, { accountId }) =>
        recipients.listNamelessActivities(accountId, some(String), 1000),
    },
    'activities of codes are erased with them': {
      also: ['otp_logs_page_phoneNumber'],
      run: ({ recipients }, { accountId, erasable }) =>
        recipients.eraseVerifications({ accountId, phoneNumber: erasable }),
    },
  },
  activity_logs_page: {
    'pages of an account': pages(list),
    'pages of a period': pagesOfPeriod(list),
  },
  activity_logs_page_sessionId: {
    'pages of a session': pages(list, ({ sessionId }) => ({ sessionId })),
    'pages of a session in a period': pagesOfPeriod(list, ({ sessionId }) => ({ sessionId })),
  },
  activity_logs_page_action: {
    'pages of an action': pages(list, () => ({ action: 'limit_hit' })),
    'pages of an action in a period': pagesOfPeriod(list, () => ({ action: 'limit_hit' })),
    'pages without the calls that are nothing else': pages(list, () => ({
      exceptAction: 'api_call',
    })),
    'the same in a period': pagesOfPeriod(list, () => ({
      ...{ exceptAction: 'api_call', status: 'success' },
    })),
    'errors of an action': pages(list, () => ({ action: 'limit_hit', status: 'error' })),
  },
  activity_logs_page_status: {
    'pages of errors': pages(list, () => ({ status: 'error' })),
    'pages of errors in a period': pagesOfPeriod(list, () => ({ status: 'error' })),
  },
  activity_logs_created: {
    'pages of all accounts': pages(list, () => ({ accountId: undefined })),
    'old activities are pruned': {
      run: ({ activities }, { dayBefore }) => activities.prune(dayBefore, BATCH),
    },
    'counts from before the oldest activity stay': {
      run: ({ sources }) => sources.findOldest('activity_logs'),
    },
  },
  activity_logs_due: {
    'activities are counted': {
      run: async ({ sources }, { now }, { transact }) => {
        const due = await sources.listDueActivities(now, BATCH);
        await transact(sources.toActivityMarks(due));
      },
    },
  },
};
