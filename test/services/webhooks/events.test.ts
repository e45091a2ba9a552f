import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { expireVerifications } from '../../../src/services/operations/maintenance.ts';
import { onOneDatabase } from '../../support/database/lanes.ts';
import { type AccountCalls, createAccountCalls } from '../../support/http/account-calls.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import { wrongCodes } from '../../support/http/otp-calls.ts';
import {
  createWebhook,
  type ReceivedEvent,
  type Receiver,
  receiverVariables,
  startReceiver,
} from '../../support/http/webhook-calls.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';
import { waitFor } from '../../support/wait-for.ts';

onOneDatabase('the events of a verification on %s', (dialect) => {
  const nextNumber = createPhoneNumbers();
  let h: Harness;
  let shop: AccountCalls;
  let receiver: Receiver;

  beforeAll(async () => {
    h = await createHarness({ dialect, env: receiverVariables });
    shop = await createAccountCalls(h, 'shop');
    receiver = await startReceiver();
    await createWebhook(shop.client, receiver.url);
  });
  afterEach(() => receiver.requests.splice(0));
  afterAll(async () => {
    await receiver.close();
    await h.close();
  });

  /** Waits until the events of a verification have these types, in the order of their sequence. */
  async function expectTypes(verificationId: unknown, types: readonly string[]) {
    const found = () =>
      receiver
        .events()
        .filter(({ data }) => data['verificationId'] === verificationId)
        .sort((a, b) => a.data.sequence - b.data.sequence);
    await expect.poll(() => found().map(({ type }) => type), { timeout: 5000 }).toEqual(types);
    return found();
  }

  const idOf = async (number: string) => (await shop.otp.row(number)).verificationId;

  it('tell of its way to the right code, without code and whole number', async () => {
    const number = nextNumber();
    const code = await shop.otp.sendCode(number);
    await shop.otp.verify(number, code);
    const events = await expectTypes(await idOf(number), [
      ...['verification.created', 'delivery.accepted', 'verification.approved'],
    ]);
    const [created, accepted, approved] = events as [ReceivedEvent, ReceivedEvent, ReceivedEvent];
    expect(created.data).toMatchObject({ accountId: 'shop', purpose: 'login', channel: 'http' });
    expect(accepted.data).toMatchObject({ channel: 'http', messageId: expect.any(String) });
    expect(approved.data).toMatchObject({ attempts: 1, secondsToVerify: expect.any(Number) });
    const bodies = receiver.requests.map(({ body }) => body).join('\n');
    expect(bodies).not.toContain(code);
    expect(bodies).not.toContain(number);
  });

  it('tell that no attempts are left, once', async () => {
    const number = nextNumber();
    const code = await shop.otp.sendCode(number);
    for (const wrong of wrongCodes(code, 3)) await shop.otp.verify(number, wrong);
    const [, , ended] = await expectTypes(await idOf(number), [
      ...['verification.created', 'delivery.accepted', 'verification.max_attempts_reached'],
    ]);
    expect(ended?.data).toMatchObject({ attempts: 3 });
  });

  it('tell that a caller ended it', async () => {
    const number = nextNumber();
    await shop.otp.sendCode(number);
    await shop.otp.expire(number);
    await expectTypes(await idOf(number), [
      ...['verification.created', 'delivery.accepted', 'verification.canceled'],
    ]);
  });

  it('tell that a newer code replaced it, without waiting for the next look', async () => {
    const number = nextNumber();
    await shop.otp.sendCode(number);
    const replaced = await idOf(number);
    await expectTypes(replaced, ['verification.created', 'delivery.accepted']);
    h.advance(61);
    await shop.otp.sendCode(number);
    await expectTypes(replaced, [
      ...['verification.created', 'delivery.accepted', 'verification.canceled'],
    ]);
    await expectTypes(await idOf(number), ['verification.created', 'delivery.accepted']);
  });

  it('tell when it expired, not when that was noticed', async () => {
    const number = nextNumber();
    await shop.otp.sendCode(number);
    const { verificationId, expiresAt } = await shop.otp.row(number);
    h.advance(400);
    await expireVerifications(h.maintenance);
    const [, , ended] = await expectTypes(verificationId, [
      ...['verification.created', 'delivery.accepted', 'verification.expired'],
    ]);
    const at = expiresAt.toISOString();
    expect(ended).toMatchObject({ timestamp: at, data: { endedAt: at } });
  });

  it('tell that no channel took the message', async () => {
    const number = nextNumber();
    h.gateway.behaveLike((_, response) => void response.writeHead(400).end());
    await shop.otp.send(number);
    h.gateway.behaveLike();
    const events = await expectTypes(await idOf(number), [
      ...['verification.created', 'delivery.failed', 'verification.canceled'],
    ]);
    expect(events[1]?.data).toMatchObject({ channel: 'http', reason: 'refused' });
    expect(events[2]?.data).toMatchObject({ reason: 'not_sent' });
  });

  it('are found later if they were not recorded, under the same ID, and pushed once', async () => {
    const number = nextNumber();
    await shop.otp.sendCode(number);
    const verificationId = await idOf(number);
    const before = await expectTypes(verificationId, ['verification.created', 'delivery.accepted']);
    const { statements } = h.database;
    await statements.change('DELETE FROM "events" WHERE "subject" = $1 AND "type" = $2', [
      ...[verificationId, 'delivery.accepted'],
    ]);
    h.advance(11);
    await h.webhookJobs.recordDueEvents();
    const { body } = await shop.client.get(`/api/events?subject=${verificationId}`);
    const ids = ((body.data?.['items'] ?? []) as ReceivedEvent[]).map(({ id }) => id).sort();
    expect(ids).toEqual(before.map(({ id }) => id).sort());
    await h.webhookJobs.recordDueEvents();
    const again = await shop.client.get(`/api/events?subject=${verificationId}`);
    expect(again.body.data?.['items']).toHaveLength(2);
  });

  it('go only to endpoints that want them, and that were there before', async () => {
    const other = await startReceiver();
    const number = nextNumber();
    await shop.otp.sendCode(number);
    await expectTypes(await idOf(number), ['verification.created', 'delivery.accepted']);
    const fields = { events: ['verification.approved'], purposes: ['login'] };
    await createWebhook(shop.client, other.url, fields);
    const whole = { events: ['verification.*'], purposes: ['payment'], fullNumbers: true };
    await createWebhook(shop.client, other.url, whole);
    await shop.otp.verify(number, h.gateway.codeFor(number));
    await other.waitForType('verification.approved');
    const payer = nextNumber();
    await shop.otp.sendCode(payer, { purpose: 'payment' });
    const created = await other.waitForType('verification.created');
    expect(created.data).toMatchObject({ purpose: 'payment', phoneNumber: payer });
    expect(other.events().map(({ type }) => type)).toEqual([
      ...['verification.approved', 'verification.created'],
    ]);
    await other.close();
  });

  it('tell that a number is locked, without the number', async () => {
    const number = nextNumber();
    const wrong = wrongCodes(await shop.otp.sendCode(number), 12);
    for (const one of wrong) await shop.otp.verify(number, one);
    const locked = await receiver.waitForType('recipient.locked');
    expect(locked.data).toMatchObject({ rule: 'otp-fail-phone-hour' });
    expect(JSON.stringify(locked)).not.toContain(number);
  });

  it('are none for an account without an endpoint', async () => {
    const bank = await createAccountCalls(h, 'bank');
    const number = nextNumber();
    await bank.otp.verify(number, await bank.otp.sendCode(number));
    const row = await bank.otp.row(number);
    expect(row.eventsDueAt).toBeNull();
    expect((await bank.client.get('/api/events')).body.data?.['items']).toEqual([]);
  });

  it('are erased with the number', async () => {
    const number = nextNumber();
    await shop.otp.verify(number, await shop.otp.sendCode(number));
    const verificationId = await idOf(number);
    await expectTypes(verificationId, [
      ...['verification.created', 'delivery.accepted', 'verification.approved'],
    ]);
    await waitFor(async () => {
      const erased = await shop.client.delete(`/api/recipients/${encodeURIComponent(number)}`);
      return erased.status === 200 ? erased : undefined;
    }, 'the number to be erased');
    const { body } = await shop.client.get(`/api/events?subject=${verificationId}`);
    expect(body.data?.['items']).toEqual([]);
    const { statements } = h.database;
    const left = await statements.select(
      `SELECT "webhook_deliveries"."id" FROM "webhook_deliveries"
       LEFT JOIN "events" ON "events"."eventId" = "webhook_deliveries"."eventId"
       WHERE "events"."eventId" IS NULL`,
      [],
    );
    expect(left).toEqual([]);
  });
});
