import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dialects } from '../../../support/database/databases.ts';
import { inParallel, tally } from '../../../support/http/otp-calls.ts';
import type { WhatsAppHarness } from '../../../support/whatsapp/linked-harness.ts';
import { startSendingLab } from '../../../support/whatsapp/sending-lab.ts';
import type { SendingCalls } from '../../../support/whatsapp/whatsapp-sending.ts';
import type { Lab, Phone } from '../../../support/whatsapp-lab/lab.ts';

const DAY = 86_400;
const MOST = 3;
const AT_ONCE = 10;

/** SQLite, and the first server that answers. */
describe.each(dialects.slice(0, 2))('ten strangers at once (%s)', (dialect) => {
  let lab: Lab;
  let owner: Phone;
  let h: WhatsAppHarness;
  let calls: SendingCalls;
  let close: () => Promise<void>;

  beforeAll(async () => {
    const env = { WHATSAPP_NEW_CONTACTS_PER_DAY: String(MOST) };
    ({ lab, owner, h, calls, close } = await startSendingLab({ dialect, env }));
  });
  afterEach(() => {
    lab.faults = {};
    h.advance(DAY + 1);
    expect(lab.unhandled).toEqual([]);
  });
  afterAll(() => close());

  const sendToStrangers = () => inParallel(AT_ONCE, () => calls.send(lab.addPhone()));

  it('get no more messages than the day allows', async () => {
    const phones = Array.from({ length: AT_ONCE }, () => lab.addPhone());
    const answers = await Promise.all(phones.map((phone) => calls.send(phone)));
    expect(tally(answers)).toEqual({ 200: MOST, provider_unavailable: AT_ONCE - MOST });
    expect(phones.filter(({ inbox }) => inbox.length > 0)).toHaveLength(MOST);
    const refusals = answers.flatMap(({ body }) => body.errors ?? []);
    expect(new Set(refusals.map(({ message }) => message))).toEqual(
      new Set([`unavailable: new contact, all ${MOST} of today are used up`]),
    );
  });

  it('get one message between them when WhatsApp refuses it, and count once', async () => {
    // The word of a server that is far away comes later than the next message could be written.
    lab.faults = { nackMessages: { error: 463, times: AT_ONCE }, latencyMs: 40 };
    const answers = await sendToStrangers();
    expect(lab.faults.nackMessages?.times).toBe(AT_ONCE - 1);
    expect(tally(answers)).toEqual({ delivery_failed: 1, provider_unavailable: AT_ONCE - 1 });
    const [counter] = await h.database.statements.select(
      `SELECT "resetsAt" FROM "rate_limits" WHERE "limitKey" LIKE 'wa-new-contacts-day|%'`,
      [],
    );
    const countedMs = Number(counter?.['resetsAt']) - h.now().getTime();
    expect(Math.ceil(countedMs / (86_400_000 / MOST))).toBe(1);
  });

  it('are all left alone by an account that only its friends hear', async () => {
    lab.faults = { onlyKnownChats: true };
    const friend = lab.addPhone();
    await calls.befriend(friend, owner);
    const [answers, sent] = await Promise.all([sendToStrangers(), calls.sendCode(friend)]);
    const kinds = tally(answers);
    expect(kinds['delivery_failed']).toBe(1);
    expect(kinds['provider_unavailable']).toBe(AT_ONCE - 1);
    expect(sent.message.from).toBe(owner.pn);
  });
});
