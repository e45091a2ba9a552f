import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createAccessCalls } from '../../../support/http/access-calls.ts';
import { API_KEY } from '../../../support/http/client.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { createSessionCalls, labVariables } from '../../../support/http/session-calls.ts';
import {
  type Receiver,
  receiverVariables,
  startReceiver,
} from '../../../support/http/webhook-calls.ts';
import { type Lab, startLab } from '../../../support/whatsapp-lab/lab.ts';

describe('the webhook of a session', () => {
  let lab: Lab;
  let h: Harness;
  let receiver: Receiver;

  beforeAll(async () => {
    lab = await startLab();
    const env = { ...labVariables(lab), ...receiverVariables };
    h = await createHarness({ env });
    receiver = await startReceiver();
  });
  afterEach(() => receiver.requests.splice(0));
  afterAll(async () => {
    await receiver.close();
    await h.close();
    await lab.close();
  });

  const create = (sessionId: string, fields: object) =>
    h.client.post('/api/sessions', { sessionId, ...fields });
  const change = (sessionId: string, fields: object) =>
    createAccessCalls(h).as(API_KEY).patch(`/api/sessions/${sessionId}`, fields);
  const listWebhooks = async () => {
    const { body } = await h.client.get('/api/webhooks');
    return body.data?.['items'] as { sessionId: string | null; url: string }[];
  };

  it('gets what happens to it, and not what happens to others', async () => {
    const sessions = createSessionCalls(h);
    const created = await create('own', { webhookUrl: receiver.url });
    expect(created.body.data).toMatchObject({
      ...{ id: 'own', webhookUrl: receiver.url, webhookEvents: ['*'] },
      webhookSecret: expect.stringMatching(/^whsec_/),
    });
    await sessions.link('other', lab.addPhone());
    const { body } = await sessions.qr('own');
    await lab.addPhone().scanQr(String(body.data?.['qr']));
    const opened = await receiver.waitForType('session.opened');
    expect(opened.data).toMatchObject({ sessionId: 'own' });
    expect(receiver.events().every(({ data }) => data['sessionId'] === 'own')).toBe(true);
    expect(await listWebhooks()).toMatchObject([{ sessionId: 'own' }]);
    await sessions.remove('own');
    expect(await listWebhooks()).toEqual([]);
  });

  it('is changed and removed', async () => {
    await create('changed', {});
    const none = await change('changed', {});
    expect(none.body.data).toMatchObject({ webhookUrl: null, webhookSecret: null });
    const url = `${receiver.url}/next`;
    expect((await change('changed', { webhookUrl: url })).body.data).toMatchObject({
      ...{ webhookUrl: url, webhookSecret: expect.stringMatching(/^whsec_/) },
    });
    const narrowed = await change('changed', { webhookEvents: ['session.*'] });
    expect(narrowed.body.data).toMatchObject({
      ...{ webhookUrl: url, webhookEvents: ['session.*'], webhookSecret: null },
    });
    await change('changed', { webhookUrl: null });
    expect(await listWebhooks()).toEqual([]);
  });

  it.each([
    [{ webhookUrl: 'http://10.0.0.1/' }, 'webhookUrl'],
    [{ webhookEvents: ['*'] }, 'webhookUrl'],
    [{ webhookUrl: 'https://shop.example/', webhookEvents: ['sesion.*'] }, 'webhookEvents'],
    [{ webhookUrl: 'https://shop.example/', webhookSecret: 'short' }, 'webhookSecret'],
  ])('is refused with %j, and no session is created', async (fields, path) => {
    const refused = await create('refused', fields);
    expect([refused.status, refused.body.errors?.[0]?.path]).toEqual([400, path]);
    expect((await h.client.get('/api/sessions/refused')).status).toBe(404);
  });
});
