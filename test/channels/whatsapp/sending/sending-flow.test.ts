import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../support/database/databases.ts';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { waitFor } from '../../../support/wait-for.ts';
import {
  createWhatsAppHarness,
  type WhatsAppHarness,
} from '../../../support/whatsapp/linked-harness.ts';
import {
  createSendingCalls,
  PATIENT,
  type SendingCalls,
} from '../../../support/whatsapp/whatsapp-sending.ts';
import { type Lab, type Phone, startLab } from '../../../support/whatsapp-lab/lab.ts';

onOneDatabase('a code by WhatsApp (%s)', (dialect) => {
  let testDatabase: TestDatabase;
  let lab: Lab;
  let owner: Phone;
  let secondOwner: Phone;
  let h: WhatsAppHarness;
  let calls: SendingCalls;

  async function start(): Promise<void> {
    h = await createWhatsAppHarness({ lab, database: testDatabase, whatsappTiming: PATIENT });
    calls = createSendingCalls(h);
  }

  /** What the API tells of the newest delivery to somebody. */
  async function readDelivery({ number }: Phone) {
    const { body } = await h.client.get(`/api/otp/status/${encodeURIComponent(number)}`);
    return body.data?.['delivery'];
  }

  beforeAll(async () => {
    testDatabase = await createTestDatabase(dialect);
    lab = await startLab();
    owner = lab.addPhone();
    secondOwner = lab.addPhone();
    await start();
  });
  afterAll(async () => {
    await h.close();
    await lab.close();
    await testDatabase.drop();
  });

  it('goes through a number that was linked by QR, and opens what it is for', async () => {
    await h.link(owner);
    const phone = lab.addPhone();
    const sent = await calls.sendCode(phone);
    expect(sent).toMatchObject({ sessionId: 'default', channel: 'whatsapp', status: 'sent' });
    expect(sent.message).toMatchObject({ id: sent.messageId, from: owner.pn, advValid: true });
    expect(sent.code).toMatch(/^\d{6}$/);
    const body = { phoneNumber: phone.number, otp: sent.code };
    const verified = await h.client.post('/api/otp/verify', body);
    expect(verified.raw).toContain('OTP verified');
  });

  it('goes through a number that was linked by pairing code', async () => {
    await h.client.post('/api/sessions', { sessionId: 'second' });
    const number = secondOwner.number;
    const { body } = await h.client.post('/api/sessions/second/pair-request', { number });
    await secondOwner.typePairingCode(String(body.data?.['pairingCode']));
    await h.waitForState(['open'], 'second');
    const phone = lab.addPhone();
    const sent = await calls.sendCode(phone, { sessionId: 'second' });
    expect(sent).toMatchObject({ sessionId: 'second', channel: 'whatsapp' });
    expect(sent.message.from).toBe(secondOwner.pn);
    const otp = { verificationId: sent.verificationId, otp: sent.code };
    expect((await h.client.post('/api/otp/verify', otp)).status).toBe(200);
  });

  it('is followed from accepted over delivered to read', async () => {
    const phone = lab.addPhone();
    lab.faults = { dropReceipts: true };
    const { messageId, verificationId } = await calls.sendCode(phone);
    expect(await readDelivery(phone)).toMatchObject({ channel: 'whatsapp', status: 'accepted' });
    expect(await calls.deliveryOf(messageId)).toMatchObject({
      channel: 'whatsapp',
      sessionId: 'default',
      verificationId,
      status: 'accepted',
      reason: null,
      details: expect.stringMatching(/^session default: new contact, \d+ of 1000 today$/),
    });
    lab.faults = {};
    expect(lab.releaseReceipts()).toBe(1);
    await calls.untilDelivery(messageId, 'delivered');
    expect(await readDelivery(phone)).toMatchObject({ status: 'delivered' });
    phone.markRead(messageId);
    await calls.untilDelivery(messageId, 'read');
    expect(await readDelivery(phone)).toMatchObject({ status: 'read' });

    const again = await calls.sendCode(phone);
    const { details } = await calls.deliveryOf(again.messageId);
    expect(details).toBe('session default: known contact');
  });

  it('is on record as otp_send, with the session and the id, and without its text', async () => {
    const phone = lab.addPhone();
    const { messageId, code } = await calls.sendCode(phone);
    const row = await waitFor(
      async () =>
        (await calls.activities('otp_send')).find((one) => one['messageId'] === messageId),
      'the line of the send',
    );
    expect(row).toMatchObject({
      accountId: 'default',
      sessionId: 'default',
      phoneNumber: phone.number,
      status: 'success',
    });
    expect(JSON.stringify(row)).not.toContain(code);
  });

  it('is read although the service was away when the person opened the chat', async () => {
    const phone = lab.addPhone();
    const { messageId } = await calls.sendCode(phone);
    await calls.untilDelivery(messageId, 'delivered');
    await h.close();
    phone.markRead(messageId);
    expect(lab.connectionsOf(owner.pn)).toBe(0);
    await start();
    await calls.untilDelivery(messageId, 'read');
    await h.waitForState(['open']);
    expect(owner.devices).toEqual([1]);
    expect(lab.unhandled).toEqual([]);
  });
});
