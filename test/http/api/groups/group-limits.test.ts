import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  createWhatsAppHarness,
  type WhatsAppHarness,
} from '../../../support/whatsapp/linked-harness.ts';
import { type Lab, type Phone, startLab } from '../../../support/whatsapp-lab/lab.ts';

const LIMITS = {
  WHATSAPP_GROUP_CHANGE_SECONDS: '3',
  WHATSAPP_GROUP_ADDS_PER_DAY: '4',
  WHATSAPP_NEW_CONTACTS_PER_DAY: '3',
};

const GROUPS = '/api/sessions/shop/groups';

let lab: Lab;
let h: WhatsAppHarness;
let owner: Phone;

beforeAll(async () => {
  lab = await startLab();
  h = await createWhatsAppHarness({ lab, env: LIMITS });
  owner = lab.addPhone();
  const settings = { use: 'conversations', ignore: ['status', 'newsletters'] };
  await h.client.post('/api/sessions', { sessionId: 'shop', ...settings });
  await h.link(owner, 'shop');
});
afterAll(async () => {
  await h.close();
  await lab.close();
});

const create = (phones: readonly Phone[]) =>
  h.client.post(GROUPS, { subject: 'Team', members: phones.map(({ number }) => number) });

it('limits how often groups change, how many are created, and how many people are added', async () => {
  const [alice, bob, carl, dora, erin] = [1, 2, 3, 4, 5].map(() => lab.addPhone()) as [
    ...[Phone, Phone, Phone, Phone, Phone],
  ];
  const first = await create([alice]);
  expect(first.status).toBe(201);
  const group = String(first.body.data?.['group']);
  const add = (phones: readonly Phone[]) =>
    h.client.post(`${GROUPS}/${group}/members`, { members: phones.map(({ number }) => number) });

  const [hasty] = await Promise.all([create([bob]), create([bob]), create([bob])]);
  expect([hasty.status, hasty.body.code]).toEqual([429, 'rate_limited']);
  const untilNext = () => pause(Number(hasty.headers['retry-after']) * 1000 + 100);
  await untilNext();
  const together = await Promise.all([create([bob]), create([bob]), create([bob])]);
  expect(together.map(({ status }) => status).sort()).toEqual([201, 429, 429]);

  // Two groups a day, and four people, of whom two are members by now. A refusal counts nothing.
  await untilNext();
  expect((await create([alice])).status).toBe(429);
  expect((await add([carl, dora, erin])).status).toBe(429);
  const added = await add([carl, dora]);
  // All three new contacts of the day are used up by then.
  expect([added.status, added.body.data?.['results']]).toEqual([
    200,
    [
      expect.objectContaining({ phoneNumber: carl.number, status: 'done' }),
      expect.objectContaining({ phoneNumber: dora.number, status: 'not_permitted' }),
    ],
  ]);
  await untilNext();
  expect((await add([erin])).status).toBe(429);
  expect(owner.groups.members(group)).not.toContain(dora.pn);
});
