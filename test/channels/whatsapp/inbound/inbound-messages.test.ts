import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../support/database/databases.ts';
import { waitFor } from '../../../support/wait-for.ts';
import {
  createWhatsAppHarness,
  type WhatsAppHarness,
} from '../../../support/whatsapp/linked-harness.ts';
import {
  createSendingCalls,
  forgeHistory,
  PATIENT,
  type SendingCalls,
} from '../../../support/whatsapp/whatsapp-sending.ts';
import { type Lab, type Phone, startLab } from '../../../support/whatsapp-lab/lab.ts';

let testDatabase: TestDatabase;
let lab: Lab;
let owner: Phone;
let h: WhatsAppHarness;
let calls: SendingCalls;
const logLines: string[] = [];

async function start(): Promise<void> {
  h = await createWhatsAppHarness({
    ...{ lab, database: testDatabase, whatsappTiming: PATIENT, env: { LOG_LEVEL: 'trace' } },
  });
  calls = createSendingCalls(h);
}

async function stop(): Promise<void> {
  await h.close();
  logLines.push(...h.logLines);
}

beforeAll(async () => {
  testDatabase = await createTestDatabase('sqlite');
  lab = await startLab();
  owner = lab.addPhone();
  await start();
  await h.link(owner);
});
afterAll(async () => {
  expect(lab.unhandled).toEqual([]);
  await h.close();
  await lab.close();
  await testDatabase.drop();
});

const received = () => calls.activities('message_receive');

/** Resolves with the line of a message in the activity log. */
function untilReceived(messageId: string) {
  return waitFor(
    async () => (await received()).find((row) => row['messageId'] === messageId),
    `message ${messageId} to be received`,
  );
}

it('counts nothing of what the own phone tells a device that was just linked', async () => {
  // Keys and history are here, because a friend's message is, which came after them.
  const friend = lab.addPhone();
  const messageId = await friend.sendText(owner.pn, 'hello');
  await untilReceived(messageId);
  expect(await received()).toHaveLength(1);
});

it('records who wrote and to which session, and takes them for somebody who knows it', async () => {
  const friend = lab.addPhone();
  const messageId = await friend.sendText(owner.pn, 'may I come in?');
  expect(await untilReceived(messageId)).toMatchObject({
    accountId: 'default',
    sessionId: 'default',
    phoneNumber: friend.number,
    status: 'success',
    messageType: null,
    details: null,
    requestData: null,
  });
  await calls.untilKnown(friend);
  const sent = await calls.sendCode(friend);
  expect((await calls.deliveryOf(sent.messageId))['details']).toBe(
    'session default: known contact',
  );
});

it('knows the number of somebody who shows a hidden id', async () => {
  const friend = lab.addPhone({ addressing: 'lid' });
  const messageId = await friend.sendText(owner.pn, 'it is me');
  expect(await untilReceived(messageId)).toMatchObject({ phoneNumber: friend.number });
  await calls.untilKnown(friend);
  expect(JSON.stringify(await received())).not.toContain(friend.lid);
});

it('does not count what the account itself writes', async () => {
  const before = (await received()).length;
  await owner.sendText(owner.pn, 'a note to myself');
  const messageId = await lab.addPhone().sendText(owner.pn, 'after that');
  await untilReceived(messageId);
  expect(await received()).toHaveLength(before + 1);
  expect(await calls.contactOf(owner)).toBeUndefined();
});

it('does not count what a device says to a device, whoever sends it', async () => {
  const intruder = lab.addPhone();
  const before = (await received()).length;
  await forgeHistory(owner, intruder);
  await untilReceived(await lab.addPhone().sendText(owner.pn, 'after that'));
  expect(await received()).toHaveLength(before + 1);
  expect(await calls.contactOf(intruder)).toBeUndefined();
});

it('counts a message once that came before and comes again', async () => {
  const friend = lab.addPhone();
  const messageId = await friend.sendText(owner.pn, 'once');
  await untilReceived(messageId);
  lab.end('drop', owner.pn);
  await h.waitForState(['backoff', 'connecting']);
  await h.waitForState(['open']);
  await calls.befriend(lab.addPhone(), owner);
  expect((await received()).filter((row) => row['messageId'] === messageId)).toHaveLength(1);
});

it('counts what came while the service was away at its next login', async () => {
  const friends = [lab.addPhone(), lab.addPhone({ addressing: 'lid' }), lab.addPhone()];
  await stop();
  const ids: string[] = [];
  for (const friend of friends) ids.push(await friend.sendText(owner.pn, 'anybody there?'));
  await start();
  for (const [index, id] of ids.entries()) {
    expect(await untilReceived(id)).toMatchObject({ phoneNumber: friends[index]?.number });
  }
  for (const friend of friends) await calls.untilKnown(friend);
});

it('keeps no text of a message, in no table and no log line', async () => {
  const friend = lab.addPhone();
  const text = 'the geranium sleeps at noon';
  await untilReceived(await friend.sendText(owner.pn, text));
  await calls.untilKnown(friend);
  const kept = [await calls.dumpAll(), ...logLines, ...h.logLines].join('\n');
  expect(kept).toContain(friend.number);
  for (const word of ['geranium', 'hello', 'anybody there', 'may I come in']) {
    expect(kept).not.toContain(word);
  }
});
