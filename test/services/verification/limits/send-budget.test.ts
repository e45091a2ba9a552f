import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itOnOneDatabase, onEveryDatabase } from '../../../support/database/lanes.ts';
import { createAccessCalls } from '../../../support/http/access-calls.ts';
import { createAccountCalls } from '../../../support/http/account-calls.ts';
import type { Answer } from '../../../support/http/client.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { createOtpCalls, inParallel, withStatus } from '../../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';

const BUDGET = 10;
const nextNumber = createPhoneNumbers();

/** Whatever came at once: never more than the budget, at least half of it, and the rest refused. */
function expectWithin(budget: number, answers: readonly Answer[]): Answer {
  const sent = withStatus(answers, 200).length;
  expect(sent).toBeLessThanOrEqual(budget);
  expect(sent).toBeGreaterThanOrEqual(budget / 2);
  const refused = withStatus(answers, 429);
  expect(refused.length).toBe(answers.length - sent);
  expect(new Set(refused.map(({ body }) => body.code))).toEqual(new Set(['rate_limited']));
  const [first] = refused;
  if (!first) throw new Error('nothing was refused');
  return first;
}

const waitOf = (answer: Answer) => Number(answer.headers['retry-after']);

onEveryDatabase('sending budgets on %s', (dialect) => {
  const itOnOne = itOnOneDatabase(dialect);
  const opened: Harness[] = [];
  const open = async (env: Record<string, string>) => {
    const h = await createHarness({ dialect, env: { OTP_HASH_CONCURRENCY: '4', ...env } });
    opened.push(h);
    return h;
  };
  afterAll(() => Promise.all(opened.map((h) => h.close())));
  const flood = (h: Pick<Awaited<ReturnType<typeof createAccountCalls>>, 'otp'>) =>
    inParallel(3 * BUDGET, () => h.otp.send(nextNumber()));

  it('A30: hold one key, leave the others alone, and tell the wait that is enough', async () => {
    const h = await open({ LIMIT_SENDS_PER_KEY_HOUR: String(BUDGET) });
    const leaked = await createAccountCalls(h, 'shop');
    const sibling = await createAccountCalls(h, 'shop');
    const refused = expectWithin(BUDGET, await flood(leaked));
    expect(refused.body.message).toMatch(/key/);
    expect((await sibling.otp.send(nextNumber())).status).toBe(200);
    const where = { accountId: 'shop', action: 'limit_hit', details: 'otp-send-key-hour' };
    await expect.poll(() => h.database.models.ActivityLog.count({ where })).toBe(1);
    h.advance(waitOf(refused));
    expect((await leaked.otp.send(nextNumber())).status).toBe(200);
  });

  itOnOne.each([
    ['account', 'LIMIT_SENDS_PER_ACCOUNT_DAY', 200],
    ['region', 'LIMIT_SENDS_PER_REGION_HOUR', 200],
    ['installation', 'LIMIT_SENDS_IN_ALL_HOUR', 429],
  ])('hold a whole %s', async (word, variable, other) => {
    const h = await open({ [variable]: String(BUDGET) });
    const shop = await createAccountCalls(h, 'shop');
    const sibling = await createAccountCalls(h, 'shop');
    const bank = await createAccountCalls(h, 'bank');
    const refused = expectWithin(BUDGET, await flood(shop));
    expect(refused.body.message).toMatch(new RegExp(word));
    expect((await sibling.otp.send(nextNumber())).status).toBe(429);
    expect((await bank.otp.send(nextNumber())).status).toBe(other);
    const abroad = word === 'region' ? 200 : 429;
    expect((await shop.otp.send('+14155550132')).status).toBe(abroad);
    h.advance(waitOf(refused));
    expect((await shop.otp.send(nextNumber())).status).toBe(200);
  });

  itOnOne('keep what is left of a key from an address whose codes nobody verifies', async () => {
    const h = await open({ LIMIT_SENDS_PER_KEY_HOUR: '80', LIMIT_SENDS_PER_IP_HOUR: '4' });
    const { otp } = await createAccountCalls(h, 'shop');
    const sendFrom = (clientIp: string) => otp.send(nextNumber(), { clientIp });
    const stranger = '198.51.100.66';
    // The key sends 40 at once; only when five of them are gone does the address matter.
    const sent = await inParallel(5, () => sendFrom(stranger));
    expect(withStatus(sent, 200)).toHaveLength(5);
    const refused = await sendFrom(stranger);
    expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
    expect(refused.body.message).toMatch(/address/);
    const others = await inParallel(10, (i) => sendFrom(`203.0.113.${i}`));
    expect(withStatus(others, 200)).toHaveLength(10);
    expect((await otp.send(nextNumber())).status).toBe(200);
    // What is verified counts no more, so that a crowd behind one address stays in.
    const crowd = '192.0.2.1';
    for (let i = 0; i < 5; i += 1) {
      const phone = nextNumber();
      expect((await otp.send(phone, { clientIp: crowd })).status).toBe(200);
      const code = h.gateway.codeFor(phone);
      expect((await otp.verify(phone, code, { clientIp: crowd })).status).toBe(200);
    }
  });

  itOnOne('count no message that surely did not leave', async () => {
    const h = await open({ LIMIT_SENDS_PER_KEY_HOUR: '2', LIMIT_SENDS_PER_ACCOUNT_DAY: '2' });
    const { otp } = await createAccountCalls(h, 'shop');
    h.gateway.behaveLike((_, response) => void response.writeHead(400).end());
    for (let i = 0; i < 5; i += 1) expect((await otp.send(nextNumber())).status).toBe(502);
    h.gateway.behaveLike();
    expect((await otp.send(nextNumber())).status).toBe(200);
  });

  itOnOne(
    'hold a key, its replacement and the keys that it makes to one budget of its own',
    async () => {
      const h = await open({});
      const access = createAccessCalls(h);
      const grant = { scopes: ['otp:send', 'keys:manage'] };
      const leaked = await access.createKey({ ...grant, sendsPerHour: BUDGET });
      expect(leaked['sendsPerHour']).toBe(BUDGET);
      const calls = access.as(leaked.secret);
      for (const sendsPerHour of [undefined, BUDGET + 1]) {
        const wider = await calls.post('/api/keys', { name: 'wider', ...grant, sendsPerHour });
        expect(wider.status).toBe(403);
      }
      const child = await calls.post('/api/keys', { name: 'c', ...grant, sendsPerHour: BUDGET });
      const next = await calls.post(`/api/keys/${leaked.keyId}/rotate`, {});
      expect([child.status, next.status]).toEqual([201, 201]);
      const secrets = [leaked.secret, ...[child, next].map(({ body }) => body.data?.['secret'])];
      const answers = secrets.map((secret) => {
        const client = { ...h.client, ...access.as(String(secret)) };
        return inParallel(BUDGET, () => createOtpCalls({ ...h, client }).send(nextNumber()));
      });
      expectWithin(BUDGET, (await Promise.all(answers)).flat());
    },
  );

  itOnOne(
    'let no key with a lower budget give back what the key has used that made it',
    async () => {
      const h = await open({});
      const access = createAccessCalls(h);
      const grant = { scopes: ['otp:send', 'keys:manage'] };
      const leaked = await access.createKey({ ...grant, sendsPerHour: 100 });
      const child = await access
        .as(leaked.secret)
        .post('/api/keys', { name: 'c', ...grant, sendsPerHour: 2 });
      const sendWith = (secret: unknown) =>
        createOtpCalls({ ...h, client: { ...h.client, ...access.as(String(secret)) } });
      const parent = sendWith(leaked.secret);
      const first = await inParallel(60, () => parent.send(nextNumber()));
      expect(withStatus(first, 200)).toHaveLength(50);
      for (let i = 0; i < 3; i += 1) {
        expect((await sendWith(child.body.data?.['secret']).send(nextNumber())).status).toBe(429);
        expect((await parent.send(nextNumber())).status).toBe(429);
      }
    },
  );
});

describe('the budget of a key', () => {
  let h: Harness;
  beforeAll(async () => {
    h = await createHarness({ env: { LIMIT_SENDS_PER_KEY_HOUR: '0' } });
  });
  afterAll(() => h.close());

  it.each([0, -1, 1.5, '5', 1_000_001])('cannot be %j', async (sendsPerHour) => {
    const body = { name: 'k', scopes: ['otp:send'], sendsPerHour };
    expect((await h.client.post('/api/keys', body)).status).toBe(400);
  });

  it('holds also where keys have no budget in general', async () => {
    const access = createAccessCalls(h);
    const { secret } = await access.createKey({ scopes: ['otp:send'], sendsPerHour: 2 });
    const otp = createOtpCalls({ ...h, client: { ...h.client, ...access.as(secret) } });
    expectWithin(2, await inParallel(6, () => otp.send(nextNumber())));
  });
});

onEveryDatabase('the pot of a number that accounts share, on %s', (dialect) => {
  let h: Harness;
  beforeAll(async () => {
    const env = { OTP_RESEND_SECONDS: '0', LIMIT_SENDS_PER_PHONE_HOUR: '0' };
    h = await createHarness({
      dialect,
      env: { ...env, LIMIT_SENDS_PER_PHONE_DAY: '40', LIMIT_SENDS_PER_PREFIX_HOUR: '0' },
    });
  });
  afterAll(() => h.close());

  it('F11: leaves each account three sends of its own, whatever the others send', async () => {
    const phone = nextNumber();
    const hostile = await Promise.all(['h1', 'h2'].map((id) => createAccountCalls(h, id)));
    const floods = hostile.map(({ otp }) =>
      inParallel(30, (i) => otp.send(phone, { purpose: `p${i}` })),
    );
    const answers = (await Promise.all(floods)).flat();
    const sent = withStatus(answers, 200).length;
    expect(sent).toBeLessThanOrEqual(20 + 2 * 6);
    const victim = await createAccountCalls(h, 'victim');
    for (let i = 0; i < 3; i += 1) {
      expect((await victim.otp.send(phone, { purpose: `p${i}` })).status).toBe(200);
    }
    const more = await inParallel(10, (i) => victim.otp.send(phone, { purpose: `q${i}` }));
    const [refused] = withStatus(more, 429);
    expect(refused?.body.code).toBe('rate_limited');
    const where = { accountId: 'victim', action: 'limit_hit' };
    await expect.poll(() => h.database.models.ActivityLog.count({ where })).toBeGreaterThan(0);
    const rows = await h.database.models.ActivityLog.findAll({ where });
    expect(rows.map(({ details }) => details)).toEqual(['otp-send-phone-day']);
    const owner = await createAccountCalls(h, 'alone');
    const own = nextNumber();
    const alone = await inParallel(60, (i) => owner.otp.send(own, { purpose: `p${i}` }));
    const [refusedAlone] = withStatus(alone, 429);
    expect(refused?.body.message).toBe(refusedAlone?.body.message);
  });
});

onEveryDatabase('the budget of a prefix on %s', (dialect) => {
  const itOnOne = itOnOneDatabase(dialect);
  let h: Harness;
  beforeAll(async () => {
    h = await createHarness({ dialect, env: { LIMIT_SENDS_PER_PREFIX_HOUR: '4' } });
  });
  afterAll(() => h.close());

  itOnOne(
    'takes verified sends back, so that honest neighbours do not lock each other out',
    async () => {
      const otp = createOtpCalls(h);
      const neighbour = (i: number) => `+62813700123${10 + i}`;
      for (let i = 0; i < 12; i += 1) {
        const code = await otp.sendCode(neighbour(i));
        expect((await otp.verify(neighbour(i), code)).status).toBe(200);
      }
      const unverified = await inParallel(12, (i) => otp.send(neighbour(20 + i)));
      const refused = expectWithin(4, unverified);
      expect(refused.body.message).toMatch(/verified/);
    },
  );

  it('is given back once for each verified send, however many verify it at once', async () => {
    const otp = createOtpCalls(h);
    const neighbour = (i: number) => `+62813800123${10 + i}`;
    const [a, b] = [neighbour(0), neighbour(1)];
    const code = await otp.sendCode(a);
    await otp.send(b);
    const verified = await inParallel(5, () => otp.verify(a, code));
    expect(withStatus(verified, 200)).toHaveLength(1);
    const answers = await inParallel(12, (i) => otp.send(neighbour(2 + i)));
    expect(withStatus(answers, 200).length).toBeLessThanOrEqual(3);
  });
});
