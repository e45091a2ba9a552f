import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
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

let lab: Lab;
let owner: Phone;
let h: WhatsAppHarness;
let calls: SendingCalls;

beforeAll(async () => {
  lab = await startLab();
  owner = lab.addPhone();
  h = await createWhatsAppHarness({
    lab,
    // Ten digits do not turn up by chance.
    env: { OTP_LENGTH: '10', LOG_LEVEL: 'trace', WHATSAPP_ACK_SECONDS: '1' },
    whatsappTiming: PATIENT,
  });
  calls = createSendingCalls(h);
  await h.link(owner);
});
afterAll(async () => {
  expect(lab.unhandled).toEqual([]);
  await h.close();
  await lab.close();
});

/** Every code that a phone has shown. */
const codes = () => lab.phones.flatMap(({ inbox }) => inbox.flatMap(({ code }) => code ?? []));

it('sends a message again to a phone that cannot decrypt it at first', async () => {
  const phone = lab.addPhone();
  phone.behaviour.retryNext = 1;
  const { messageId, message, code, verificationId } = await calls.sendCode(phone);
  expect(message.id).toBe(messageId);
  await calls.untilDelivery(messageId, 'delivered');
  expect(phone.inbox).toHaveLength(1);
  expect(phone.behaviour.retryNext).toBe(0);
  expect(await calls.deliveriesTo(phone)).toHaveLength(1);
  const verified = await h.client.post('/api/otp/verify', { verificationId, otp: code });
  expect(verified.status).toBe(200);
});

it('sends it in the session that goes on, also to a phone that had messages before', async () => {
  const phone = lab.addPhone();
  await calls.befriend(phone, owner);
  await calls.sendCode(phone);
  phone.behaviour.retryNext = 2;
  const { messageId } = await calls.sendCode(phone);
  await calls.untilDelivery(messageId, 'delivered');
  await calls.sendCode(phone);
  expect(phone.inbox).toHaveLength(3);
});

it('tells a code to its recipient and nobody else, whatever goes wrong', async () => {
  const phone = lab.addPhone();
  const answers: string[] = [];
  const send = async (fields = {}) => {
    const { raw, headers } = await calls.send(phone, fields);
    answers.push(raw, JSON.stringify(headers));
  };
  await send();
  lab.faults = { cutOnMessage: 'delivered' };
  await send();
  await h.waitForState(['open']);
  lab.faults = { nackMessages: { error: 479, times: 1 } };
  await send();
  lab.faults = { dropAcks: true, dropReceipts: true };
  await send();
  lab.faults = {};
  lab.releaseReceipts();
  await send({ sessionId: 'nowhere' });
  answers.push((await h.client.get('/metrics')).raw, (await h.client.get('/api/sessions')).raw);

  const shown = codes();
  expect(shown.length).toBeGreaterThanOrEqual(8);
  expect(answers.join('\n')).toContain('did not acknowledge the message after two tries');
  const folder = dirname(h.testDatabase.url.slice('sqlite:'.length));
  const files = readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`, 'latin1'));
  const told = [...answers, ...h.logLines, ...h.printed, ...files, await calls.dumpAll()].join(
    '\n',
  );
  expect(told).toContain(phone.number);
  expect(shown.filter((code) => told.includes(code))).toEqual([]);
});
