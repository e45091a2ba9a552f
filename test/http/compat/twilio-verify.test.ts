import { afterAll, beforeAll, expect, it } from 'vitest';
import { itOnOneDatabase, onEveryDatabase } from '../../support/database/lanes.ts';
import { API_KEY } from '../../support/http/client.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import { wrongCodes } from '../../support/http/otp-calls.ts';
import {
  createTwilioCalls,
  outcomesOf,
  refusalOf,
  type TwilioCalls,
} from '../../support/http/twilio-calls.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

onEveryDatabase('the package of Twilio on %s', (dialect) => {
  const itOnOne = itOnOneDatabase(dialect);
  const nextNumber = createPhoneNumbers();
  let h: Harness;
  let t: TwilioCalls;
  beforeAll(async () => {
    h = await createHarness({ dialect });
    t = await createTwilioCalls(h, API_KEY);
  });
  afterAll(() => h.close());

  const wrong = (to: string, index = 0) =>
    wrongCodes(h.gateway.codeFor(to), index + 1)[index] ?? '';
  const fetchOne = (ref: string) => t.service.verifications(ref).fetch();

  itOnOne('sends a code, takes it once, and shows no code', async () => {
    const to = nextNumber();
    const sent = await t.send(to, { locale: 'en', customFriendlyName: 'Kopi & Roti' });
    expect(t.seen.at(-1)?.status).toBe(201);
    expect(sent).toMatchObject({
      ...{ to, channel: 'sms', status: 'pending', valid: false },
      ...{ serviceSid: t.serviceSid, accountSid: t.accountSid },
      sendCodeAttempts: [
        { channel: 'SMS', attempt_sid: expect.stringMatching(/^VL[0-9a-f]{32}$/) },
      ],
    });
    expect(sent.sid).toMatch(/^VE[0-9a-f]{32}$/);
    expect(t.latest()).toMatchObject({
      ...{ date_created: expect.stringMatching(TIME), amount: null, payee: null, sna: null },
      url: `${h.url}/v2/Services/${t.serviceSid}/Verifications/${sent.sid}`,
    });
    const code = h.gateway.codeFor(to);
    expect(h.gateway.messages.at(-1)?.companyName).toBe('Kopi & Roti');
    expect(code).toHaveLength(h.config.otp.length);

    const missed = await t.check(to, wrong(to));
    expect(missed).toMatchObject({ sid: sent.sid, status: 'pending', valid: false });
    expect((await fetchOne(sent.sid)).status).toBe('pending');
    expect((await fetchOne(to)).sid).toBe(sent.sid);
    const right = await t.check(to, code);
    expect(right).toMatchObject({ sid: sent.sid, status: 'approved', valid: true });
    expect(right.snaAttemptsErrorCodes).toEqual([]);
    expect(await refusalOf(t.check(to, code))).toBe('404 20404');
    expect((await fetchOne(sent.sid)).status).toBe('approved');
    expect(await refusalOf(fetchOne(to))).toBe('404 20404');
    expect(JSON.stringify(t.seen)).not.toContain(code);
  });

  itOnOne('checks, cancels and approves by the SID', async () => {
    const [to, other] = [nextNumber(), nextNumber()];
    const first = await t.send(to);
    const code = h.gateway.codeFor(to);
    const checks = t.service.verificationChecks;
    expect(await checks.create({ verificationSid: first.sid, code })).toMatchObject({
      valid: true,
    });

    const second = await t.send(to);
    const canceled = await t.service.verifications(second.sid).update({ status: 'canceled' });
    expect(canceled).toMatchObject({ status: 'canceled', valid: false });
    expect(await refusalOf(t.check(to, h.gateway.codeFor(to)))).toBe('404 20404');
    expect((await t.send(to)).sid).not.toBe(second.sid);

    await t.send(other);
    const approved = await t.service.verifications(other).update({ status: 'approved' });
    expect(approved).toMatchObject({ status: 'approved', valid: true });
    await h.activity.flush();
    const logged = await h.database.models.ActivityLog.findAll({
      where: { phoneNumber: other, details: 'approved_by_caller' },
    });
    expect(logged.map(({ action, status }) => [action, status])).toEqual([
      ['otp_verify', 'success'],
    ]);
  });

  itOnOne('keeps verification and code for five sends, and refuses the sixth', async () => {
    const to = nextNumber();
    const { sid } = await t.send(to);
    const code = h.gateway.codeFor(to);
    for (let sends = 1; sends < 5; sends += 1) expect((await t.send(to)).sid).toBe(sid);
    expect((await fetchOne(to)).sendCodeAttempts).toHaveLength(5);
    expect(await refusalOf(t.send(to))).toBe('429 60203');
    expect(h.gateway.messages.filter((one) => one.to === to).map((one) => one.code)).toEqual(
      Array(5).fill(code),
    );
    expect((await t.check(to, code)).status).toBe('approved');
    // After that, the number can be verified again at once.
    expect((await t.send(to)).sid).not.toBe(sid);
  });

  itOnOne('compares five codes, and refuses the sixth although it is right', async () => {
    const to = nextNumber();
    const { sid } = await t.send(to);
    for (let index = 0; index < 5; index += 1) {
      expect((await t.check(to, wrong(to, index))).status).toBe('pending');
    }
    expect(await refusalOf(t.check(to, h.gateway.codeFor(to)))).toBe('429 60202');
    const code = h.gateway.codeFor(to);
    const bySid = t.service.verificationChecks.create({ verificationSid: sid, code });
    expect(await refusalOf(bySid)).toBe('429 60202');
    expect((await fetchOne(sid)).status).toBe('max_attempts_reached');
  });

  itOnOne('ends a verification after ten minutes', async () => {
    const to = nextNumber();
    const { sid } = await t.send(to);
    h.advance(599);
    expect((await fetchOne(sid)).status).toBe('pending');
    h.advance(2);
    expect(await refusalOf(t.check(to, h.gateway.codeFor(to)))).toBe('404 20404');
    expect(await refusalOf(fetchOne(sid))).toBe('404 20404');
  });

  it('opens one verification for parallel sends, and sends no code that another one replaces', async () => {
    const to = nextNumber();
    const outcomes = await outcomesOf(Array.from({ length: 12 }, () => t.send(to)));
    expect(outcomes.filter((one) => one === 'done').length).toBeGreaterThanOrEqual(1);
    expect(outcomes.every((one) => ['done', '429 60212', '429 60203'].includes(one))).toBe(true);
    const codes = h.gateway.messages.filter((one) => one.to === to).map(({ code }) => code);
    expect(codes.length).toBeLessThanOrEqual(5);
    expect(new Set(codes).size).toBe(1);
    expect(await h.database.models.OTPLog.count({ where: { phoneNumber: to } })).toBe(1);
    expect((await t.check(to, codes[0] ?? '')).status).toBe('approved');
  });

  it('sends a live code five times, however many ask at once', async () => {
    const to = nextNumber();
    await t.send(to);
    await outcomesOf(Array.from({ length: 15 }, () => t.send(to)));
    expect(h.gateway.messages.filter((one) => one.to === to)).toHaveLength(5);
  });

  it('approves one of ten right checks at once, and compares five of twenty wrong ones', async () => {
    const to = nextNumber();
    await t.send(to);
    const code = h.gateway.codeFor(to);
    const right = await outcomesOf(Array.from({ length: 10 }, () => t.check(to, code)));
    expect(right.filter((one) => one === 'done')).toHaveLength(1);
    const others = ['404 20404', '429 60202'];
    expect(right.every((one) => one === 'done' || others.includes(one))).toBe(true);

    const other = nextNumber();
    await t.send(other);
    const guesses = await outcomesOf(
      Array.from({ length: 20 }, (_, index) => t.check(other, wrong(other, index))),
    );
    expect(guesses.filter((one) => one === 'done').length).toBeLessThanOrEqual(5);
    expect(guesses.every((one) => ['done', '429 60202'].includes(one))).toBe(true);
  });

  it('ends a verification once when callers approve and cancel it at once', async () => {
    const to = nextNumber();
    const { sid } = await t.send(to);
    const update = (status: 'approved' | 'canceled') =>
      t.service.verifications(sid).update({ status });
    const outcomes = await outcomesOf(
      Array.from({ length: 8 }, (_, index) => update(index % 2 ? 'approved' : 'canceled')),
    );
    expect(outcomes.sort()).toEqual([...Array(7).fill('404 20404'), 'done']);
  });

  itOnOne('lists attempts in pages that lead to each other, and sums them up', async () => {
    const { sid: serviceSid } = await t.client.verify.v2.services.create({ friendlyName: 'Pages' });
    const service = t.client.verify.v2.services(serviceSid);
    const numbers = [nextNumber(), nextNumber(), nextNumber()];
    for (const to of numbers) await service.verifications.create({ to, channel: 'sms' });
    const [to = ''] = numbers;
    const code = h.gateway.codeFor(to);
    const { sid } = await service.verificationChecks.create({ to, code });
    const { verificationAttempts: attempts } = t.client.verify.v2;

    const page = await attempts.page({ verifyServiceSid: serviceSid, pageSize: 2 });
    expect(page.instances).toHaveLength(2);
    expect(t.latest()['meta']).toMatchObject({
      ...{ key: 'attempts', page: 0, page_size: 2, previous_page_url: null },
      next_page_url: expect.stringContaining(`${h.url}/v2/Attempts?`),
    });
    const next = await page.nextPage();
    expect(next?.instances.map((one) => one.verificationSid)).toEqual([sid]);
    expect(t.latest()['meta']).toMatchObject({ next_page_url: null });
    expect(await attempts.list({ verifyServiceSid: serviceSid, limit: 50 })).toHaveLength(3);

    const [only] = await attempts.list({ verificationSid: sid });
    expect(only).toMatchObject({
      ...{ conversionStatus: 'converted', channel: 'sms', serviceSid, verificationSid: sid },
      channelData: { to, waverify_channel: 'http', country: 'ID', message_status: 'sent' },
    });
    const again = await attempts(only?.sid ?? '').fetch();
    expect(again.sid).toBe(only?.sid);
    expect(await refusalOf(attempts(`VL${'0'.repeat(32)}`).fetch())).toBe('404 20404');
    const summaryOf = (fields: object) =>
      t.client.verify.v2.verificationAttemptsSummary().fetch({
        ...{ verifyServiceSid: serviceSid, ...fields },
      });
    expect(await summaryOf({})).toMatchObject({
      ...{ totalAttempts: 3, totalConverted: 1, totalUnconverted: 2 },
      conversionRatePercentage: '33.333333333',
    });
    const later = new Date(h.now().getTime() + 60_000);
    const earlier = new Date(h.now().getTime() - 3_600_000);
    const counts = [
      ...[{ channel: 'sms' }, { channel: 'whatsapp' }, { country: 'ID' }, { country: 'US' }],
      ...[{ dateCreatedAfter: later }, { dateCreatedAfter: earlier, dateCreatedBefore: later }],
      ...[{ destinationPrefix: '+62' }, { destinationPrefix: '+1' }],
    ];
    const totals = [];
    for (const fields of counts) totals.push((await summaryOf(fields)).totalAttempts);
    expect(totals).toEqual([3, 0, 3, 0, 0, 3, 3, 0]);
    const unconverted = await attempts.list({
      ...{ verifyServiceSid: serviceSid, status: 'unconverted' },
    });
    expect(unconverted).toHaveLength(2);
  });

  itOnOne('manages services, and never opens one with the code of another', async () => {
    const { services } = t.client.verify.v2;
    const made = await services.create({ friendlyName: 'Toko', codeLength: 6 });
    expect(made).toMatchObject({ friendlyName: 'Toko', codeLength: 6 });
    expect(made.links).toHaveProperty('verification_checks');
    expect(await services(made.sid).update({ codeLength: 8 })).toMatchObject({ codeLength: 8 });
    expect((await services.list({ limit: 50 })).map(({ sid }) => sid)).toEqual(
      expect.arrayContaining([t.serviceSid, made.sid]),
    );
    const to = nextNumber();
    const own = await services(made.sid).verifications.create({ to, channel: 'sms' });
    const code = h.gateway.codeFor(to);
    expect(code).toHaveLength(8);
    expect(h.gateway.messages.at(-1)?.companyName).toBe('Toko');
    expect(await refusalOf(t.check(to, code))).toBe('404 20404');
    expect(await refusalOf(fetchOne(own.sid))).toBe('404 20404');
    const bySid = t.service.verificationChecks.create({ verificationSid: own.sid, code });
    expect(await refusalOf(bySid)).toBe('404 20404');
    expect(await services(made.sid).remove()).toBe(true);
    expect(await refusalOf(services(made.sid).fetch())).toBe('404 20404');
    expect(await refusalOf(t.service.remove())).toBe('403 20403');
    // The default service gets its row with its first change.
    expect((await t.service.update({ friendlyName: 'Waroeng' })).friendlyName).toBe('Waroeng');
    expect((await t.service.fetch()).friendlyName).toBe('Waroeng');
  });

  it('counts rate limits with buckets, exactly also at once', async () => {
    const uniqueName = `device_${dialect}`;
    const made = await t.service.rateLimits.create({ uniqueName, description: 'test' });
    const { buckets } = t.service.rateLimits(made.sid);
    const bucket = await buckets.create({ max: 3, interval: 60 });
    expect(bucket).toMatchObject({ max: 3, interval: 60, rateLimitSid: made.sid });
    expect(await refusalOf(buckets.create({ max: 9, interval: 60 }))).toBe('400 60211');
    expect(await refusalOf(t.service.rateLimits.create({ uniqueName }))).toBe('400 60208');
    const send = (value: string) => t.send(nextNumber(), { rateLimits: { [uniqueName]: value } });
    const outcomes = await outcomesOf(Array.from({ length: 8 }, () => send('203.0.113.7')));
    expect(outcomes.sort()).toEqual([...Array(5).fill('429 20429'), ...Array(3).fill('done')]);
    expect((await send('203.0.113.8')).status).toBe('pending');
    const misspelt = t.send(nextNumber(), { rateLimits: { devise: '1' } });
    expect(await refusalOf(misspelt)).toBe('400 60200');
    expect(await buckets(bucket.sid).update({ max: 5 })).toMatchObject({ max: 5, interval: 60 });
    expect(await buckets.list()).toHaveLength(1);
    expect(await buckets(bucket.sid).remove()).toBe(true);
    expect(await t.service.rateLimits(made.sid).remove()).toBe(true);
    expect(await refusalOf(t.service.rateLimits(made.sid).fetch())).toBe('404 20404');
  });

  itOnOne('sends to safe numbers when similar ones look like fraud', async () => {
    const { safelist } = t.client.verify.v2;
    // They share their first eight digits.
    const similar = (index: number) => `+62813555${String(50_000 + index)}`;
    const safe = similar(999);
    const made = await safelist.create({ phoneNumber: safe });
    expect(made.phoneNumber).toBe(safe);
    expect((await safelist(safe).fetch()).sid).toBe(made.sid);
    let refusal = 'none';
    for (let index = 0; index <= 30 && refusal === 'none'; index += 1) {
      const [outcome = ''] = await outcomesOf([t.send(similar(index))]);
      if (outcome !== 'done') refusal = outcome;
    }
    expect(refusal).toBe('403 60410');
    expect((await t.send(safe)).status).toBe('pending');
    expect(await safelist(safe).remove()).toBe(true);
    expect(await refusalOf(safelist(safe).fetch())).toBe('404 20404');
    expect(await refusalOf(t.send(safe))).toBe('403 60410');
  });
});
