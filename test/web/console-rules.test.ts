import { describe, expect, it } from 'vitest';
import { toOutcomes, toSteps } from '../../web/components/charts/funnel-steps.ts';
import { toData } from '../../web/components/charts/line-data.ts';
import { NO_FILTER, readTyped, toQuery } from '../../web/console/codes/code-filter.ts';
import { toCommand } from '../../web/console/hooks/hook-command.ts';
import { toSeries } from '../../web/console/usage/usage-series.ts';
import { findIn } from '../../web/lib/input/find-in.ts';

describe('the search of codes', () => {
  it.each([
    ['7890', { kind: 'lastDigits', text: '7890' }],
    [' 567-890 ', { kind: 'lastDigits', text: '567890' }],
    ['+62812****7890', { kind: 'lastDigits', text: '7890' }],
    ['081234567890', { kind: 'number', text: '081234567890' }],
    ['+62 812', { kind: 'number', text: '+62 812' }],
    ['Ann@example.com', { kind: 'email', text: 'Ann@example.com' }],
    ['789', { kind: 'unclear' }],
    ['ann', { kind: 'unclear' }],
    ['  ', { kind: 'nothing' }],
  ])('reads %j', (typed, expected) => {
    expect(readTyped(typed)).toEqual(expected);
  });

  it('asks for no more digits than a masked number shows', () => {
    const filter = { ...NO_FILTER, recipient: '567890' };
    const sender = { seesNumbers: true, findsRecipients: true };
    const reader = { seesNumbers: false, findsRecipients: false };
    const operator = { seesNumbers: false, findsRecipients: true };
    expect(toQuery(filter, sender)).toMatchObject({ lastDigits: '567890' });
    expect(toQuery(filter, reader)).toMatchObject({ lastDigits: '7890' });
    expect(toQuery({ ...filter, recipient: '789' }, sender)).toEqual({
      ...{ status: '', from: '', to: '' },
    });
    const whole = { ...NO_FILTER, recipient: '0812-3456-7890' };
    expect(toQuery(whole, operator)).toMatchObject({ phoneNumber: '0812-3456-7890' });
    const masked = toQuery(whole, reader);
    expect(masked).toMatchObject({ lastDigits: '7890' });
    expect(masked).not.toHaveProperty('phoneNumber');
    expect(toQuery({ ...whole, recipient: '+62' }, reader)).not.toHaveProperty('lastDigits');
  });
});

describe('the funnel', () => {
  const counts = { asked: 105, sent: 100, delivered: 50, read: 40, verified: 53 };

  it('has no step that is larger than the one before, whatever the receipts say', () => {
    const all = { ...counts, failed: 5, expired: 18 };
    expect(toSteps(all)).toEqual({ sent: 100, arrived: 53, verified: 53 });
    expect(toSteps({ ...all, sent: 10 })).toEqual({ sent: 10, arrived: 10, verified: 10 });
  });

  it('says where all codes are, so that the counts add up', () => {
    const { asked, sent, failed, sending, verified, expired, live } = toOutcomes({
      ...{ ...counts, failed: 3, expired: 18 },
    });
    expect([sending, live]).toEqual([2, 29]);
    expect(sent + failed + sending).toBe(asked);
    expect(verified + expired + live).toBe(sent);
  });
});

it('a chart draws nothing before the first count, and the last time apart', () => {
  const times = [
    '2026-03-01T00:00Z',
    '2026-03-01T01:00Z',
    '2026-03-01T02:00Z',
    '2026-03-01T03:00Z',
  ];
  const [seconds, over, running] = toData(times, [{ values: [0, 3, 4, 1] }]);
  expect(seconds).toHaveLength(4);
  expect(over).toEqual([null, 3, 4, null]);
  expect(running).toEqual([null, null, 4, 1]);
  expect(toData(times, [{ values: [0, 0, 0, 2] }]).slice(1)).toEqual([
    [null, null, null, null],
    [null, null, null, 2],
  ]);
});

it('usage has an entry for every hour or day, also for those without requests', () => {
  const from = new Date(2026, 2, 1);
  const now = new Date(2026, 2, 2, 3);
  const counts = { requests: 4, clientErrors: 1, serverErrors: 0, failures: 1 };
  const group = { ...counts, averageMs: 1, maxMs: 1 };
  const at = (day: number, hour: number) => new Date(2026, 2, day, hour).toISOString();
  const hours = [
    { ...group, value: at(1, 2) },
    { ...group, value: at(2, 1) },
  ];
  const byHour = toSeries(hours, { from, now, isByDay: false });
  expect([byHour.times.length, byHour.requests[2], byHour.requests[25]]).toEqual([28, 4, 4]);
  expect(byHour.requests.reduce((sum, count) => sum + count)).toBe(8);
  const byDay = toSeries([...hours, { ...group, value: at(1, 9) }], { from, now, isByDay: true });
  expect(byDay).toMatchObject({ requests: [8, 4], clientErrors: [2, 1], serverErrors: [0, 0] });
});

it('a list finds entries with all typed words, in any case', () => {
  const textsOf = ({ name, note }: { name: string; note: string | null }) => [name, note];
  const items = [
    { name: 'Shop backend', note: null },
    { name: 'Wall', note: 'of the shop' },
  ];
  expect(findIn(items, ' SHOP ', textsOf)).toHaveLength(2);
  expect(findIn(items, 'shop wall', textsOf)).toEqual([items[1]]);
  expect(findIn(items, 'nothing', textsOf)).toEqual([]);
});

it('a sample request is a command that no quote ends', () => {
  const request = { method: 'POST', url: 'https://a.example/x', headers: { A: "b'c" }, body: {} };
  expect(toCommand(request)).toBe(
    `curl -X POST 'https://a.example/x' \\\n  -H 'A: b'\\''c' \\\n  -d '{}'`,
  );
});
