import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../support/database/databases.ts';
import {
  createWhatsAppHarness,
  type WhatsAppHarness,
} from '../../support/whatsapp/linked-harness.ts';
import {
  createSendingCalls,
  PATIENT,
  type SendingCalls,
  sentBy,
} from '../../support/whatsapp/whatsapp-sending.ts';
import { type Lab, type Phone, startLab } from '../../support/whatsapp-lab/lab.ts';

let testDatabase: TestDatabase;
let lab: Lab;
let owner: Phone;
let secondOwner: Phone;
let h: WhatsAppHarness;
let calls: SendingCalls;

async function start(env: Readonly<Record<string, string>> = {}): Promise<void> {
  // A session that lost its line stays in backoff for as long as a test looks at it.
  const whatsappTiming = { ...PATIENT, firstBackoffMs: 3000, longestBackoffMs: 3000 };
  h = await createWhatsAppHarness({ lab, env, database: testDatabase, whatsappTiming });
  calls = createSendingCalls(h);
}

beforeAll(async () => {
  testDatabase = await createTestDatabase('sqlite');
  lab = await startLab();
  owner = lab.addPhone();
  secondOwner = lab.addPhone();
  await start();
});
afterEach(() => {
  lab.faults = {};
  expect(lab.unhandled).toEqual([]);
});
afterAll(async () => {
  await h.close();
  await lab.close();
  await testDatabase.drop();
});

/** The session that a message went through, as the answer, the record and the phone tell it. */
async function wayTo(phone: Phone, fields = {}) {
  const sent = await calls.sendCode(phone, fields);
  const { sessionId, details } = await calls.deliveryOf(sent.messageId);
  expect(sessionId).toBe(sent.sessionId);
  const from = sent.sessionId === 'default' ? owner : secondOwner;
  expect(sent.message.from).toBe(from.pn);
  return { sessionId: sent.sessionId, details: String(details) };
}

it('says what to do while no number is linked, and that a named session is not there', async () => {
  const { status, body } = await calls.send(lab.addPhone());
  expect(status).toBe(503);
  expect(body.errors?.[0]?.message).toBe(
    'unavailable: no WhatsApp number is linked: create a session and scan its QR code',
  );
  const named = await calls.send(lab.addPhone(), { sessionId: 'nowhere' });
  expect(named.body.errors?.[0]?.message).toBe('unavailable: no WhatsApp session nowhere');
});

describe('two numbers', () => {
  beforeAll(async () => {
    await h.link(secondOwner, 'second');
    await h.link(owner);
  });

  it('leave new contacts to the default session', async () => {
    expect((await wayTo(lab.addPhone())).sessionId).toBe('default');
  });

  it.each(['default', 'second'])('leave whoever knows %s alone to that one', async (knows) => {
    const friend = lab.addPhone();
    await calls.befriend(friend, knows === 'default' ? owner : secondOwner, knows);
    const details = `session ${knows}: known contact`;
    expect(await wayTo(friend)).toEqual({ sessionId: knows, details });
    const reader = lab.addPhone();
    await calls.sendCode(reader, { sessionId: knows });
    expect(await wayTo(reader)).toEqual({ sessionId: knows, details });
  });

  it('leave whoever knows both to the default session', async () => {
    const friend = lab.addPhone();
    await calls.befriend(friend, secondOwner, 'second');
    await calls.befriend(friend, owner, 'default');
    expect((await wayTo(friend)).sessionId).toBe('default');
  });

  it('pass over the default session while it is blocked for strangers, and say why', async () => {
    lab.faults = { nackMessages: { error: 463, times: 1 } };
    await calls.send(lab.addPhone(), { sessionId: 'default' });
    const { sessionId, details } = await wayTo(lab.addPhone());
    expect(sessionId).toBe('second');
    expect(details).toMatch(
      /^session second: new contact, \d+ of 1000 today; skipped: new contacts are refused until /,
    );
    const named = await calls.send(lab.addPhone(), { sessionId: 'default' });
    expect(named.status).toBe(503);
    h.advance(3601);
    expect((await wayTo(lab.addPhone())).sessionId).toBe('default');
  });

  describe.each([
    ['unlinked by its owner', 'logged_out', () => owner.unlink(), () => h.link(owner)],
    ['banned', 'banned', ban, () => h.client.post('/api/sessions/default/restart', {})],
    ['in backoff', 'backoff', cutOff, async () => {}],
  ] as const)('of which the default one is %s', (_, state, trouble, repair) => {
    it('write through the other, and say why; a named one has nobody in its place', async () => {
      const friend = lab.addPhone();
      await calls.befriend(friend, owner, 'default');
      trouble();
      await h.waitForState([state]);
      const inTrouble = new RegExp(`skipped: session default is ${state} \\(.+\\)$`);
      const stranger = await wayTo(lab.addPhone());
      expect(stranger.sessionId).toBe('second');
      expect(stranger.details).toMatch(/^session second: new contact, \d+ of 1000 today; /);
      expect(stranger.details).toMatch(inTrouble);
      expect(await wayTo(friend)).toMatchObject({ details: expect.stringMatching(inTrouble) });

      const before = sentBy(secondOwner).length;
      const named = await calls.send(lab.addPhone(), { sessionId: 'default' });
      expect(named.status).toBe(503);
      expect(named.body.errors?.[0]?.message).toMatch(
        new RegExp(`^unavailable: session default is ${state} `),
      );
      expect(sentBy(secondOwner)).toHaveLength(before);
      lab.faults = {};
      await repair();
      await h.waitForState(['open']);
    });
  });

  /** A send tries a line at once that is only between two tries: this one stays away. */
  function cutOff(): void {
    lab.faults = { refuseUpgrade: 503 };
    lab.end('stream-error', owner.pn, 503);
  }

  function ban(): void {
    lab.faults = { loginFailure: 403 };
    lab.end('drop', owner.pn);
  }
});

it('never uses a session of another account, and prefers the one that is set as default', async () => {
  const stranger = lab.addPhone();
  const foreigner = lab.addPhone();
  await h.link(foreigner, 'foreign');
  await calls.contacts.markKnown('foreign', stranger.number, h.now());
  await h.database.statements.change(
    `UPDATE "sessions" SET "accountId" = 'other' WHERE "sessionId" = 'foreign'`,
    [],
  );
  await h.close();
  await start({ OTP_DEFAULT_SESSION: 'second' });
  await Promise.all([h.waitForState(['open']), h.waitForState(['open'], 'second')]);
  await expect.poll(() => lab.connectionsOf(foreigner.pn)).toBe(1);
  expect((await wayTo(stranger)).sessionId).toBe('second');
  const named = await calls.send(stranger, { sessionId: 'foreign' });
  expect(named.body.errors?.[0]?.message).toBe('unavailable: no WhatsApp session foreign');
  expect(sentBy(foreigner)).toEqual([]);
});
