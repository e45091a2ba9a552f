import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type Activity,
  createActivityStore,
} from '../../../../src/storage/activity/activity-store.ts';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { createAccessCalls } from '../../../support/http/access-calls.ts';
import { createAccountCalls } from '../../../support/http/account-calls.ts';
import { API_KEY } from '../../../support/http/client.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { createOtpCalls } from '../../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';

/** What spreadsheets take for formulas, and what breaks lines and cells (A49). */
const NASTY = [
  ...['=1+1', '+1', '-1', '@SUM(A1)', '\tTAB', '\rCR', '"quoted"', 'a,b', 'two\nlines', 'cr\r\nlf'],
  ...['=cmd|"/c calc"!A1', "'already", 'ünïcode ✓', ''],
];

/** Reads RFC 4180 as any spreadsheet does; written apart from the library that wrote it. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/y;
  while (cell.lastIndex < text.length) {
    const [, quoted, bare = '', end] = cell.exec(text) ?? [];
    if (end === undefined) throw new Error('not RFC 4180');
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? bare);
    if (end === '\r\n') rows.push([]);
  }
  return rows.filter((row) => row.length > 0);
}

/** What somebody wrote, before a formula was defused. */
function refuse(cell: string): string {
  return /^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell;
}

onOneDatabase('the export on %s', (dialect) => {
  let h: Harness;
  const nextNumber = createPhoneNumbers();

  beforeAll(async () => {
    h = await createHarness({ dialect });
  });
  afterAll(() => h.close());

  async function readTable(query: string) {
    const { status, raw, headers } = await h.client.get(`/api/analytics/export${query}`);
    expect([query, status]).toEqual([query, 200]);
    const [names = [], ...rows] = parseCsv(raw);
    const entries = rows.map((row) => {
      expect(row).toHaveLength(names.length);
      return Object.fromEntries(names.map((name, index) => [name, row[index] ?? '']));
    });
    return { names, entries, headers };
  }

  function add(activities: readonly Activity[]) {
    const at = h.now();
    return createActivityStore(h.database).recordAll(
      activities.map((activity) => ({ activity, at })),
    );
  }

  const LINE: Activity = { accountId: 'default', action: 'key_create', status: 'success' };

  it('A49: gives every cell back as it was, and no formula', async () => {
    await add(NASTY.map((details) => ({ ...LINE, details, userAgent: details })));
    const { entries, headers } = await readTable('?log=activity&action=key_create');
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(headers['content-disposition']).toBe('attachment; filename="activity-log.csv"');
    expect(entries.map(({ details = '' }) => refuse(details)).reverse()).toEqual(NASTY);
    for (const entry of entries) {
      for (const cell of Object.values(entry)) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
    }
  });

  it('has the codes and the errors too, with the filters of their pages', async () => {
    const otp = createOtpCalls(h);
    const phoneNumber = nextNumber();
    await otp.sendCode(phoneNumber);
    await otp.verify(phoneNumber, '000000');
    await h.activity.flush();
    const about = `phoneNumber=${encodeURIComponent(phoneNumber)}`;
    const { entries, names } = await readTable(`?log=otp&${about}`);
    expect(names).not.toContain('accountId');
    expect(entries).toMatchObject([
      { phoneNumber: `'${phoneNumber}`, status: 'sent', deliveryStatus: 'accepted', readAt: '' },
    ]);
    const errors = await readTable(`?log=errors&${about}`);
    expect(errors.entries.map(({ action }) => action)).toEqual(['otp_verify']);
    expect((await readTable(`?log=otp&${about}&status=failed`)).entries).toEqual([]);
    const rows = await h.database.models.ActivityLog.findAll({ where: { action: 'api_call' } });
    expect(rows.map(({ details }) => details)).toContain('GET /api/analytics/export');
  });

  it('is read in pages: every row once, however many', async () => {
    const lines = Array.from({ length: 1501 }, (_, index) => ({
      ...{ ...LINE, action: 'user_create' as const, details: `row ${index}` },
    }));
    await add(lines);
    const { entries } = await readTable('?action=user_create');
    expect(entries.map(({ details }) => details).reverse()).toEqual(
      lines.map(({ details }) => details),
    );
  });

  it('goes on for others when a client goes away', async () => {
    const shop = await createAccountCalls(h, 'shop');
    const wide = 'x'.repeat(400);
    const line = { ...LINE, accountId: 'shop', details: wide, userAgent: wide };
    await add(Array.from({ length: 4000 }, () => line));
    const away = new AbortController();
    const response = await fetch(`${h.url}/api/analytics/export`, {
      headers: { 'x-api-key': shop.secret },
      signal: away.signal,
    });
    await response.body?.getReader().read();
    away.abort();
    expect((await h.client.get('/api/analytics/export?action=user_delete')).status).toBe(200);
    expect(h.logLines.filter((text) => text.includes('cut off'))).toEqual([]);
  });

  it('breaks off when its key is revoked: nobody takes it for complete', async () => {
    const access = createAccessCalls(h);
    const { keyId, secret } = await access.createKeyOf('depot', { scopes: ['*'] });
    const wide = 'y'.repeat(480);
    const details = wide.repeat(8);
    const line = { ...LINE, accountId: 'depot', details, userAgent: wide };
    const rows = 4000;
    await add(Array.from({ length: rows }, () => line));
    const { body } = await fetch(`${h.url}/api/analytics/export`, {
      headers: { 'x-api-key': secret },
    });
    const reader = body?.getReader();
    await reader?.read();
    expect((await access.as(secret).delete(`/api/keys/${keyId}`)).status).toBe(200);
    const readOn = async () => {
      while (!(await reader?.read())?.done);
    };
    await expect(readOn()).rejects.toThrow();
    const told = () => h.logLines.filter((text) => text.includes('an export was interrupted'));
    await expect.poll(told).toHaveLength(1);
    expect(told()[0]).not.toContain(secret);
  });

  it('is answered to HEAD without reading on', async () => {
    const headers = { 'x-api-key': API_KEY };
    const path = '/api/analytics/export';
    const { status, raw } = await h.client.call({ method: 'HEAD', path, headers });
    expect([status, raw]).toEqual([200, '']);
  });
});
