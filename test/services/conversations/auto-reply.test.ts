import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { WhatsAppMessage } from '../../../src/domain/conversations/whatsapp-message.ts';
import { writeAutoReply } from '../../../src/services/conversations/auto-reply/auto-reply-texts.ts';
import { wantsReply } from '../../../src/services/conversations/auto-reply/wants-reply.ts';
import { createConversationCalls } from '../../support/conversations/conversation-calls.ts';
import { ALICE, messageOf } from '../../support/conversations/messages.ts';
import { itOnOneDatabase, onEveryDatabase } from '../../support/database/lanes.ts';
import { type InboundLab, startInboundLab } from '../../support/verification/inbound-lab.ts';
import type { Phone } from '../../support/whatsapp-lab/lab.ts';

const ENGLISH = writeAutoReply('US');
const INDONESIAN = writeAutoReply('ID');

describe('a message', () => {
  const at = new Date('2026-11-30T12:00:00Z');
  const wants = (parts: Parameters<typeof messageOf>[1] = {}) =>
    wantsReply(messageOf(ALICE, { sentAt: at, ...parts }).message, at);
  const file = { mimeType: 'image/png', sizeBytes: 1, keys: {} as never };

  it('gets an answer if a person has just written it to us alone', () => {
    expect(wants()).toBe(true);
    expect(wants({ content: { type: 'image', ...file } })).toBe(true);
    expect(wants({ arrival: 'after_absence', sentAt: new Date(at.getTime() - 299_000) })).toBe(
      true,
    );
  });

  it('gets none if it is ours, old, a change, unreadable, or not for us alone', () => {
    const others: Partial<WhatsAppMessage>[] = [
      { isFromMe: true },
      { arrival: 'history' },
      { arrival: 'after_absence', sentAt: new Date(at.getTime() - 301_000) },
      { chat: { kind: 'group', groupId: '1@g.us' } },
      { chat: { kind: 'status' } },
      { chat: { kind: 'newsletter', newsletterId: '1@newsletter' } },
      { content: { type: 'undecrypted' } },
      { content: { type: 'unsupported' } },
      { content: { type: 'revoke', messageId: '1' } },
      { content: { type: 'reaction', messageId: '1', isToFromMe: true, emoji: '👍' } },
    ];
    expect(others.filter((parts) => wants(parts))).toEqual([]);
  });

  it('gets none if it carries a token of a verification, right or wrong', () => {
    expect(wants({ text: 'my token is wv-aaaa-bbbb-cccc-dddd' })).toBe(false);
    const caption = 'WV-AAAA-BBBB-CCCC-DDDD';
    expect(wants({ content: { type: 'image', ...file, caption } })).toBe(false);
  });
});

onEveryDatabase('an automatic reply on %s', (dialect) => {
  const itOnOne = itOnOneDatabase(dialect);
  let w: InboundLab;
  beforeAll(async () => {
    w = await startInboundLab(dialect);
  });
  afterEach(() => expect(w.lab.unhandled).toEqual([]));
  afterAll(() => w.close());

  const set = (settings: object) => w.h.client.patch('/api/sessions/default', settings);
  const textsOf = (phone: Phone) => phone.inbox.map(({ text }) => text);
  /** Resolves when all that was sent before has been judged, and no one gets a reply. */
  async function untilHeard(): Promise<void> {
    const last = w.lab.addPhone();
    const { verificationId, text } = await w.begin({ phoneNumber: last.number });
    await w.send(last, text);
    await w.untilStatus(verificationId, 'verified');
  }
  /** The same, when people get replies. */
  async function untilJudged(): Promise<void> {
    const last = w.lab.addPhone();
    await w.send(last, 'last');
    await last.nextMessage();
  }

  itOnOne('is off by default', async () => {
    const { body } = await w.h.client.get('/api/sessions/default');
    expect(body.data).toMatchObject({ autoReply: null });
    const person = w.lab.addPhone();
    await w.send(person, 'hello');
    await untilHeard();
    expect(textsOf(person)).toEqual([]);
    const changed = await set({ autoReply: {} });
    expect(changed.body.data).toMatchObject({ autoReply: { text: null } });
  });

  it('goes out once, also to several messages at the same moment, and again after a day', async () => {
    await set({ autoReply: {} });
    const person = w.lab.addPhone();
    await Promise.all(Array.from({ length: 8 }, (_, index) => w.send(person, `hello ${index}`)));
    await expect.poll(() => textsOf(person), { timeout: 20_000 }).toEqual([INDONESIAN]);
    await untilJudged();
    w.h.advance(86_300);
    await w.send(person, 'the same day');
    await untilJudged();
    expect(textsOf(person)).toHaveLength(1);
    w.h.advance(200);
    await w.send(person, 'the next day');
    await expect.poll(() => textsOf(person), { timeout: 20_000 }).toHaveLength(2);
  });

  itOnOne('reaches a person by hidden ID, in the language of our own number', async () => {
    const hidden = w.lab.addPhone({ addressing: 'lid', hidesNumber: true });
    await w.send(hidden, 'hello');
    const { text } = await hidden.nextMessage();
    expect([ENGLISH, INDONESIAN]).toContain(text);
  });

  itOnOne(
    'does not answer in groups, nor a token, nor what follows a message of ours at once',
    async () => {
      const [member, sender, program] = [w.lab.addPhone(), w.lab.addPhone(), w.lab.addPhone()];
      await set({ ignore: [] });
      const group = await member.groups.create({ subject: 'us', members: [w.owner.pn] });
      await member.sendText(group, 'hello all');
      await w.send(sender, 'WV-0000-1111-2222-3333');
      await w.h.client.post('/api/sessions/default/send-message', {
        to: program.number,
        message: 'Your order is on its way.',
      });
      await program.nextMessage();
      await w.send(program, 'I am on holiday.');
      await untilJudged();
      expect(textsOf(member)).toEqual([]);
      expect(textsOf(sender)).toEqual([]);
      expect(textsOf(program)).toEqual(['Your order is on its way.']);
    },
  );

  itOnOne('is the own text of the operator, and is stored where conversations are', async () => {
    const calls = createConversationCalls(w.h, 'default');
    const person = w.lab.addPhone();
    await set({ use: 'both', autoReply: {} });
    await w.send(person, 'the built-in text does not suit a session that is read');
    await untilHeard();
    await set({ store: 'content', autoReply: { text: 'We are back on Monday.' } });
    const other = w.lab.addPhone();
    await w.send(other, 'hello');
    expect(await other.nextMessage()).toMatchObject({ text: 'We are back on Monday.' });
    expect(textsOf(person)).toEqual([]);
    const list = () => calls.list(`messages?chat=${encodeURIComponent(other.number)}`);
    await expect.poll(async () => (await list()).length).toBe(2);
    expect(await list()).toContainEqual(
      expect.objectContaining({
        direction: 'outgoing',
        content: { type: 'text', text: 'We are back on Monday.' },
      }),
    );
    await set({ autoReply: null, store: 'none' });
    const third = w.lab.addPhone();
    await w.send(third, 'hello');
    await untilHeard();
    expect(textsOf(third)).toEqual([]);
  });

  itOnOne('refuses a blank text and unknown fields', async () => {
    for (const autoReply of [{ text: ' ' }, { words: 'x' }, true]) {
      expect((await set({ autoReply })).status).toBe(400);
    }
  });
});
