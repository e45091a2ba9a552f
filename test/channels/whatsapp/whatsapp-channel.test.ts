import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Channel } from '../../../src/channels/contract.ts';
import { createWhatsAppChannel } from '../../../src/channels/whatsapp/whatsapp-channel.ts';
import { failureOf, itIsAChannel, newMessage } from '../../contracts/channel.ts';
import { createTestPool } from '../../support/whatsapp/whatsapp-pool.ts';
import { type Lab, type Phone, startLab } from '../../support/whatsapp-lab/lab.ts';

/** A channel over one linked number, and the phone that the contract's messages are for. */
async function createSubject() {
  const lab = await startLab();
  const owner = lab.addPhone();
  const phone = lab.addPhone({ pn: newMessage().recipient });
  const { pool, contacts, link, close } = await createTestPool(lab);
  await link(owner);
  const channel = createWhatsAppChannel({ pool, defaultSession: 'default' });
  return {
    ...{ lab, owner, phone, channel, contacts },
    async close() {
      await channel.close();
      await close();
      await lab.close();
    },
  };
}

/** A phone shows an id once, and the contract's messages share theirs: here, each gets its own. */
function withOwnIds(channel: Channel): Channel {
  return {
    ...channel,
    async send(message) {
      const messageId = channel.drawMessageId();
      const { status, ...answer } = await channel.send({ ...message, messageId });
      expect(answer.messageId).toBe(messageId);
      return { messageId: message.messageId, status };
    },
  };
}

itIsAChannel('the whatsapp channel', async () => {
  const { lab, owner, phone, channel, close } = await createSubject();
  // Only the phone's own word counts, so that a message is there when `send` resolves.
  lab.faults = { dropAcks: true };
  const faults = {
    'the server fails': () => {
      lab.faults = { nackMessages: { error: 500, times: 1 } };
    },
    'nobody answers': () => {
      phone.behaviour.deliver = false;
      lab.faults = { dropAcks: true };
    },
    'the server refuses': () => {
      lab.faults = { nackMessages: { error: 463, times: 1 } };
    },
    'the recipient is a stranger now': () => {},
    'the line is gone': () => {
      lab.faults = { refuseUpgrade: 503 };
      lab.end('drop', owner.pn);
    },
  };
  const received = () => phone.inbox.map(({ text }) => text);
  return { channel: withOwnIds(channel), received, faults, close };
});

describe('the whatsapp channel', () => {
  let lab: Lab;
  let owner: Phone;
  let phone: Phone;
  let channel: Channel;
  let contacts: Awaited<ReturnType<typeof createSubject>>['contacts'];
  let close: () => Promise<void>;

  beforeAll(async () => {
    ({ lab, owner, phone, channel, contacts, close } = await createSubject());
  });
  afterAll(() => close());

  const fresh = (changes: Parameters<typeof newMessage>[0] = {}) =>
    newMessage({ messageId: channel.drawMessageId(), ...changes });

  it('sends the text as it is, and says through which session and why', async () => {
    const message = fresh({
      sessions: undefined,
      text: 'Kode Anda: 8675309123 \u2014 *jangan* dibagikan 🙏',
    });
    const answer = await channel.send(message);
    expect(answer).toEqual({
      messageId: message.messageId,
      status: 'accepted',
      sessionId: 'default',
      details: 'session default: new contact, no daily budget is set',
    });
    expect(await phone.nextMessage()).toMatchObject({
      id: message.messageId,
      from: owner.pn,
      text: message.text,
    });
  });

  it('draws names as WhatsApp Web does, each unlike any other', () => {
    const names = Array.from({ length: 1000 }, () => channel.drawMessageId());
    for (const name of names) expect(name).toMatch(/^3EB0[0-9A-F]{18}$/);
    expect(new Set(names).size).toBe(1000);
  });

  it('says that somebody is not on WhatsApp', async () => {
    const error = await failureOf(channel.send(fresh({ recipient: '+6281299990000' })));
    expect(error).toMatchObject({
      reason: 'not_on_channel',
      retryable: false,
      message: 'the number is not on WhatsApp',
    });
  });

  it('uses no session of another account', async () => {
    const error = await failureOf(channel.send(fresh({ accountId: 'other', sessions: undefined })));
    expect(error.reason).toBe('unavailable');
    const named = await failureOf(channel.send(fresh({ accountId: 'other' })));
    expect(named.message).toBe('no WhatsApp session default');
  });

  it.each([
    ['about a stranger', false],
    ['to somebody known', true],
  ])('stops at its deadline when nobody answers %s', async (_, isKnown) => {
    const { number } = lab.addPhone();
    if (isKnown) await contacts.markKnown('default', number, new Date());
    lab.faults = { silent: true };
    const deadline = AbortSignal.timeout(200);
    const startedAt = performance.now();
    const error = await failureOf(channel.send(fresh({ recipient: number, deadline })));
    expect(performance.now() - startedAt).toBeLessThan(1500);
    expect(error.reason).toBe(isKnown ? 'timeout' : 'unavailable');
    lab.faults = {};
  });

  it.each([
    ['500', 'unavailable', true],
    ['463', 'refused', false],
  ])('tells a refusal with %s as %s', async (code, reason, retryable) => {
    await channel.send(fresh());
    lab.faults = { nackMessages: { error: Number(code), times: 1 } };
    const error = await failureOf(channel.send(fresh()));
    expect(error).toMatchObject({ reason, retryable });
    expect(error.message).toContain(`WhatsApp refused the message (${code})`);
  });
});
