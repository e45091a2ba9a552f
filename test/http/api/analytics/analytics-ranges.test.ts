import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHarness, type Harness } from '../../../support/http/harness.ts';

let h: Harness;
beforeAll(async () => {
  h = await createHarness({ env: { LOG_LEVEL: 'warn' } });
  // Figures have hours for 90 days.
  h.advance((Date.parse('2026-05-01') - Date.now()) / 1000);
});
afterAll(() => h.close());

const funnel = (query: string) => h.client.get(`/api/analytics/funnel?${query}`);

async function valuesOf(query: string): Promise<string[]> {
  const { status, body } = await funnel(query);
  expect(status).toBe(200);
  const groups = (body.data?.['groups'] ?? []) as readonly { value: string }[];
  return groups.map(({ value }) => value);
}

describe('a range of a report', () => {
  it.each([
    ['by=hour&from=2026-04-04&to=2026-04-06&timeZone=Australia/Lord_Howe', 49],
    ['by=hour&from=2031-04-05&to=2031-04-07&timeZone=Australia/LHI', 49],
    ['by=hour&from=2026-10-03&to=2026-10-05&timeZone=Australia/Lord_Howe', 48],
    ['by=day&from=2011-12-28&to=2012-01-02&timeZone=Pacific/Apia', 4],
    ['by=day&from=2018-11-03&to=2018-11-06&timeZone=America/Sao_Paulo', 3],
    // 31 days are 31 days, also where one of them has 25 hours.
    ['by=hour&from=2026-10-01&to=2026-11-01&timeZone=Europe/Berlin', 745],
    ['by=hour&from=2026-10-01T00:07:00Z&to=2026-11-01T00:07:00Z', 745],
    ['by=day&from=2027-03-01&to=2028-03-01&timeZone=America/St_Johns', 366],
  ])('F01: %s has %i parts, in order', async (query, count) => {
    const values = await valuesOf(query);
    expect(values).toHaveLength(count);
    const moments = values.map((value) => Date.parse(value));
    expect(moments).toEqual([...new Set(moments)].sort((a, b) => a - b));
  });

  it.each([
    ['by=hour&from=2026-01-01&to=2026-02-02', 31],
    ['by=hour&from=1970-01-03&to=9998-01-01&timeZone=Australia/Lord_Howe', 31],
    ['by=day&from=2026-01-01&to=2027-01-03&timeZone=Europe/Berlin', 366],
    ['from=1970-01-03&to=9998-01-01', 366],
  ])('that is too long is refused, with the field and the bound (%s)', async (query, days) => {
    const { status, body } = await funnel(query);
    expect([status, body.code]).toEqual([400, 'validation_failed']);
    expect(body.errors).toEqual([
      { path: 'from', message: expect.stringContaining(String(days)), code: 'conflict' },
    ]);
  });
});
