import { afterAll, expect, it } from 'vitest';
import { tally } from '../../../support/http/otp-calls.ts';
import { startSendingLab } from '../../../support/whatsapp/sending-lab.ts';
import type { Phone } from '../../../support/whatsapp-lab/lab.ts';

const world = await startSendingLab({ env: { CHANNEL_TIMEOUT_SECONDS: '60' } });
const { lab, owner } = world;
let { h, calls } = world;

afterAll(async () => {
  expect(lab.unhandled).toEqual([]);
  await world.close();
});

/** People whom the session may write to without asking WhatsApp about them. */
async function addKnown(count: number): Promise<Phone[]> {
  const phones = Array.from({ length: count }, () => lab.addPhone());
  await Promise.all(
    phones.map(({ number }) => calls.contacts.markKnown('default', number, h.now())),
  );
  return phones;
}

/** A gauge of the session, as Prometheus reads it. */
async function readGauge(name: string): Promise<number> {
  const { raw } = await h.client.get('/metrics');
  const line = raw.split('\n').find((one) => one.startsWith(`waverify_whatsapp_${name}{`));
  expect(line).toContain('session="default"');
  return Number(line?.split(' ').at(-1));
}

/** Resolves when a message got through, behind which nothing can be that waited before. */
async function settle(): Promise<void> {
  await h.waitForState(['open']);
  const outcome = async () => (await calls.send(lab.addPhone())).status;
  await expect.poll(outcome, { timeout: 15_000 }).toBe(200);
}

it('brings 30 messages at once to 30 people, each its own and once', async () => {
  const phones = await addKnown(30);
  const sent = await Promise.all(phones.map((phone) => calls.sendCode(phone)));
  expect(new Set(sent.map(({ messageId }) => messageId)).size).toBe(30);
  for (const [index, { messageId, message }] of sent.entries()) {
    expect(message.id).toBe(messageId);
    expect(phones[index]?.inbox).toHaveLength(1);
    expect(phones[index]?.duplicates).toBe(0);
  }
  expect(await readGauge('queue_waiting')).toBe(0);
  const verified = await Promise.all(
    sent.map(({ verificationId, code }) =>
      h.client.post('/api/otp/verify', { verificationId, otp: code }),
    ),
  );
  expect(tally(verified)).toEqual({ 200: 30 });
});

it('shows how many wait and for how long while the line is silent, and sends none of them late', async () => {
  ({ h, calls } = await world.restart({ CHANNEL_TIMEOUT_SECONDS: '2' }));
  const phones = await addKnown(4);
  lab.faults = { silent: true };
  const sends = phones.map((phone) => calls.send(phone));
  await expect.poll(() => readGauge('queue_waiting')).toBe(4);
  await expect.poll(() => readGauge('queue_oldest_seconds')).toBeGreaterThan(0.3);
  const { body } = await h.client.get('/api/sessions/default');
  expect(body.data?.['queue']).toMatchObject({ waiting: 4 });
  const answers = await Promise.all(sends);
  expect(tally(answers)).toEqual({ provider_unavailable: 4 });
  lab.faults = {};
  expect(await readGauge('queue_waiting')).toBe(0);
  expect(await readGauge('queue_oldest_seconds')).toBe(0);
  await settle();
  expect(phones.flatMap(({ inbox }) => inbox)).toEqual([]);
});

it('sends what waits for a line as soon as there is one, and nothing whose time was over', async () => {
  const [late, inTime] = [await addKnown(1), await addKnown(1)].flat();
  if (!late || !inTime) throw new Error('two people were to be there');
  const stranger = lab.addPhone();
  lab.faults = { ignoreUpgrade: true };
  lab.end('drop', owner.pn);
  await h.waitForState(['connecting']);
  const body = { to: stranger.number, message: 'hello' };
  const [byKnown, byStranger, plain] = await Promise.all([
    calls.send(late),
    calls.send(stranger),
    h.client.post('/api/sessions/default/send-message', body),
  ]);
  expect(byKnown.body.errors?.[0]?.message).toMatch(/^timeout: /);
  expect(byStranger.body.errors?.[0]?.message).toMatch(/^timeout: /);
  expect(plain.status).toBe(503);
  const waiting = calls.sendCode(inTime);
  lab.faults = {};
  await h.client.post('/api/sessions/default/restart', {});
  expect((await waiting).message.from).toBe(owner.pn);
  await settle();
  expect(late.inbox).toEqual([]);
  expect(stranger.inbox).toEqual([]);
});
