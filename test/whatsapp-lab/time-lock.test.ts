import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Lab, type Phone, startLab } from '../support/whatsapp-lab/lab.ts';
import { type LabClient, linkClient, silenceLibsignal } from './lab-client.ts';

let lab: Lab;
let owner: Phone;
let client: LabClient;

const inAnHour = () => new Date(Math.floor(Date.now() / 1000) * 1000 + 3_600_000);

beforeAll(async () => {
  silenceLibsignal();
  lab = await startLab();
  ({ owner, client } = await linkClient(lab));
});
afterEach(() => {
  lab.faults = {};
  lab.setTimeLock(owner.pn, { isActive: false });
  expect(lab.unhandled).toEqual([]);
});
afterAll(async () => {
  await client.close();
  await lab.close();
});

it('tells a client that asks', async () => {
  const timeEnforcementEnds = inAnHour();
  const ask = () => client.socket().fetchAccountReachoutTimelock();
  expect(await ask()).toMatchObject({ isActive: false, enforcementType: 'DEFAULT' });
  lab.setTimeLock(owner.pn, { isActive: true, endsAt: timeEnforcementEnds, type: 'BIZ_QUALITY' });
  expect(await ask()).toEqual({
    isActive: true,
    timeEnforcementEnds,
    enforcementType: 'BIZ_QUALITY',
  });
  lab.setTimeLock(owner.pn, { isActive: true, endsAt: new Date(Date.now() - 1000) });
  expect(await ask()).toMatchObject({ isActive: false });
});

it('tells a client that does not ask, when it shall', async () => {
  const timeEnforcementEnds = inAnHour();
  lab.setTimeLock(
    owner.pn,
    { isActive: true, endsAt: timeEnforcementEnds, type: 'WEB_COMPANION_ONLY' },
    { notify: true },
  );
  const lock = await client.wait(
    'timeLock',
    ({ enforcementType }) => enforcementType === 'WEB_COMPANION_ONLY',
  );
  expect(lock).toMatchObject({ isActive: true, timeEnforcementEnds });
  const before = client.seen('timeLock').length;
  lab.setTimeLock(owner.pn, { isActive: false }, { notify: true });
  await expect.poll(() => client.seen('timeLock')[before]?.isActive).toBe(false);
});

it('answers how many new chats are left', async () => {
  await expect(client.socket().fetchNewChatMessageCap()).resolves.toMatchObject({
    capping_status: 'NONE',
  });
});

it.each([
  ['a time-lock', () => lab.setTimeLock(owner.pn, { isActive: true, endsAt: inAnHour() })],
  ['the fault for it', () => Object.assign(lab.faults, { onlyKnownChats: true })],
])('lets %s refuse strangers with 463, and nobody who wrote first', async (_, restrict) => {
  const stranger = lab.addPhone();
  const friend = lab.addPhone();
  await friend.sendText(owner.pn, `from ${friend.pn}`);
  await client.inboundText(`from ${friend.pn}`);
  restrict();
  const refused = await client.send(stranger, 'Code 111111');
  expect((await client.status(refused, 0)).params[0]).toBe('463');
  expect(stranger.inbox).toEqual([]);
  await client.send(friend, 'Code 222222');
  expect((await friend.nextMessage()).code).toBe('222222');
});

it('lets a stranger be written to again when the lock has ended', async () => {
  const stranger = lab.addPhone();
  lab.setTimeLock(owner.pn, { isActive: true, endsAt: new Date(Date.now() - 1) });
  await client.send(stranger, 'Code 333333');
  expect((await stranger.nextMessage()).code).toBe('333333');
});
