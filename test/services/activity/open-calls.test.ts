import { beforeEach, describe, expect, it } from 'vitest';
import { createOpenCalls, type EndedCall } from '../../../src/services/activity/open-calls.ts';
import type { Activity, DatedActivity } from '../../../src/storage/activity/activity-store.ts';

const CALLED_AT = new Date('2026-03-01T12:00:00.000Z');
const ENDED_AT = new Date('2026-03-01T12:00:00.250Z');

const SEND: Activity = {
  ...{ accountId: 'default', action: 'otp_send', status: 'success', ipAddress: '192.0.2.1' },
  ...{ phoneNumber: '+6281234567890', verificationId: 'v-1', details: 'http' },
};

const ENDED: EndedCall = {
  origin: { accountId: 'default', ipAddress: '192.0.2.1', userAgent: 'curl' },
  ...{ status: 'success', route: 'POST /api/otp/send', duration: 250 },
  ...{ sessionId: 'desk', request: { purpose: 'login' }, responseData: '{"httpStatus":200}' },
};

const OWN_ROW = {
  ...{ accountId: 'default', action: 'api_call', status: 'success', details: ENDED.route },
  ...{ ipAddress: '192.0.2.1', userAgent: 'curl', sessionId: 'desk', duration: 250 },
  ...{ requestData: '{"purpose":"login"}', responseData: ENDED.responseData },
};

describe('the calls in progress', () => {
  let rows: DatedActivity[];
  let calls: ReturnType<typeof createOpenCalls>;

  beforeEach(() => {
    rows = [];
    calls = createOpenCalls((dated) => void rows.push(dated));
  });

  const log = (activity: Activity, call: symbol | undefined) =>
    calls.addOrHold({ activity, at: CALLED_AT }, call);

  it('hold the row of a main action until they end, and complete it', () => {
    const call = calls.open();
    log(SEND, call);
    expect(rows).toEqual([]);
    calls.end(call, ENDED_AT, ENDED);
    expect(rows).toEqual([
      {
        at: CALLED_AT,
        activity: {
          ...{ ...SEND, sessionId: 'desk', duration: 250, responseData: ENDED.responseData },
          requestData: '{"route":"POST /api/otp/send","purpose":"login"}',
        },
      },
    ]);
  });

  it('have a row of their own without one', () => {
    calls.end(calls.open(), ENDED_AT, ENDED);
    expect(rows).toEqual([{ at: ENDED_AT, activity: OWN_ROW }]);
  });

  it('keep apart what happens in others at the same time', () => {
    const [one, other] = [calls.open(), calls.open()];
    log(SEND, one);
    log({ ...SEND, verificationId: 'v-2' }, other);
    calls.end(other, ENDED_AT, { ...ENDED, duration: 2 });
    calls.end(one, ENDED_AT, { ...ENDED, duration: 1 });
    expect(rows.map(({ activity }) => [activity.verificationId, activity.duration])).toEqual([
      ['v-2', 2],
      ['v-1', 1],
    ]);
  });

  it('lose no row when nothing is logged about their end', () => {
    const call = calls.open();
    log(SEND, call);
    calls.end(call, ENDED_AT, undefined);
    expect(rows).toEqual([{ at: CALLED_AT, activity: SEND }]);
  });

  it.each([
    ['was not part of a call', () => undefined],
    ['comes after the end of its call', ended],
  ])('add a row at once that %s', (_, callOf) => {
    log(SEND, callOf());
    expect(rows).toEqual([{ at: CALLED_AT, activity: SEND }]);
  });

  function ended(): symbol {
    const call = calls.open();
    calls.end(call, ENDED_AT, undefined);
    return call;
  }

  it('add a row at once that is about something beside', () => {
    const call = calls.open();
    const denied: Activity = { ...SEND, action: 'access_denied' };
    log(denied, call);
    expect(rows).toEqual([{ at: CALLED_AT, activity: denied }]);
    calls.end(call, ENDED_AT, ENDED);
    expect(rows.at(-1)).toEqual({ at: ENDED_AT, activity: OWN_ROW });
  });

  it('have a row of their own if they did not end as their action', () => {
    const call = calls.open();
    log(SEND, call);
    calls.end(call, ENDED_AT, { ...ENDED, status: 'error' });
    expect(rows).toEqual([
      { at: CALLED_AT, activity: SEND },
      { at: ENDED_AT, activity: { ...OWN_ROW, status: 'error' } },
    ]);
  });

  it('write each of several actions, in order, and are part of the last one', () => {
    const call = calls.open();
    log(SEND, call);
    log({ ...SEND, details: 'console' }, call);
    calls.end(call, ENDED_AT, ENDED);
    expect(rows.map(({ activity }) => [activity.details, activity.duration])).toEqual([
      ['http', undefined],
      ['console', 250],
    ]);
  });

  it('give up what they hold for a flush, once', () => {
    const call = calls.open();
    log(SEND, call);
    calls.releaseAll();
    calls.releaseAll();
    calls.end(call, ENDED_AT, ENDED);
    expect(rows).toEqual([
      { at: CALLED_AT, activity: SEND },
      { at: ENDED_AT, activity: OWN_ROW },
    ]);
  });
});
