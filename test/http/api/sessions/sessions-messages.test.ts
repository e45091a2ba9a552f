import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dumpTables } from '../../../support/database/table-dump.ts';
import { startSessionLab } from '../../../support/whatsapp/session-lab.ts';

const SHOP = 'shop';

const { lab, h, sessions, close } = await startSessionLab({
  CHANNEL_TIMEOUT_SECONDS: '3',
  WHATSAPP_ACK_SECONDS: '1',
});
const owner = lab.addPhone();

beforeAll(() => sessions.link(SHOP, owner));
afterAll(close);

describe('a message of the operator', () => {
  it('arrives as it was written, and its text is in no log line and no table', async () => {
    const reader = lab.addPhone();
    const message = 'Pesanan *42* siap diambil.\nTerima kasih ☕👩‍🍳\r\n"{{name}}" \\ <b>%s</b>';
    const { status, body } = await sessions.sendMessage(SHOP, reader.number, message);
    expect(status).toBe(200);
    expect(body.data).toEqual({
      messageId: expect.stringMatching(/^[0-9A-F]{16,}$/),
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    const read = await reader.nextMessage();
    expect(read).toMatchObject({ text: message, id: body.data?.['messageId'] });
    expect(read.from).toContain(owner.pn);

    const tables = [
      'activity_logs',
      'idempotency_keys',
      'sessions',
      'session_contacts',
      'deliveries',
    ];
    const dump = await dumpTables(h, tables);
    expect(dump).toContain('"action":"message_send"');
    expect(dump).toContain(String(body.data?.['messageId']));
    const log = [...h.logLines, ...h.printed].join('');
    for (const word of ['Pesanan', 'diambil', 'Terima']) {
      expect([word, dump.includes(word), log.includes(word)]).toEqual([word, false, false]);
    }
    expect(log).not.toContain(reader.pn);
  });

  it('is sent once however often the same Idempotency-Key comes', async () => {
    const reader = lab.addPhone();
    const key = { 'idempotency-key': 'order-42' };
    const first = await sessions.sendMessage(SHOP, reader.number, 'Once', key);
    const again = await sessions.sendMessage(SHOP, reader.number, 'Once', key);
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.body).toEqual(first.body);
    expect(again.headers['idempotent-replayed']).toBe('true');
    const other = await sessions.sendMessage(SHOP, reader.number, 'Twice', key);
    expect(other.body.code).toBe('idempotency_key_reused');
    await reader.nextMessage();
    await sessions.sendMessage(SHOP, reader.number, 'Last');
    expect((await reader.nextMessage()).text).toBe('Last');
  });

  it('takes 4096 characters, and no more', async () => {
    const reader = lab.addPhone();
    expect((await sessions.sendMessage(SHOP, reader.number, 'x'.repeat(4096))).status).toBe(200);
    expect((await reader.nextMessage()).text).toHaveLength(4096);
    const refused = await sessions.sendMessage(SHOP, reader.number, 'x'.repeat(4097));
    expect([refused.status, refused.body.code]).toEqual([400, 'validation_failed']);
  });

  it.each([
    ['empty', ''],
    ['blank', ' \n '],
    ['with NUL', 'a\u0000b'],
    ['with ESC', 'a\u001b[31mb'],
    ['with a tab', 'a\tb'],
    ['with DEL', 'a\u007fb'],
    ['with NEL', 'a\u0085b'],
    ['with half a character', 'a\ud83db'],
  ])('is refused when it is %s', async (_, message) => {
    const { status, body } = await sessions.sendMessage(SHOP, owner.number, message);
    expect([status, body.code]).toEqual([400, 'validation_failed']);
    expect(body.errors?.[0]?.path).toBe('message');
  });
});

describe('a message that does not arrive', () => {
  it('tells that the recipient is not on WhatsApp', async () => {
    const { status, body } = await sessions.sendMessage(SHOP, '+6281999999999', 'Hello');
    expect([status, body.code]).toEqual([422, 'recipient_unreachable']);
    expect(body.message).toContain('not on WhatsApp');
  });

  it('tells what WhatsApp refused it for, and is on record as an error', async () => {
    const reader = lab.addPhone();
    lab.faults = { nackMessages: { error: 479, times: 5 } };
    const { status, body } = await sessions.sendMessage(SHOP, reader.number, 'Hello');
    lab.faults = {};
    expect([status, body.code]).toEqual([502, 'delivery_failed']);
    expect(body.message).toContain('479');
    const rows = await h.database.statements.select(
      `SELECT "status", "errorMessage" FROM "activity_logs"
       WHERE "phoneNumber" = $1 AND "action" = 'message_send'`,
      [reader.number],
    );
    expect(rows).toEqual([{ status: 'error', errorMessage: expect.stringContaining('479') }]);
  });

  it('tells that nobody answered in time', async () => {
    const reader = lab.addPhone();
    lab.faults = { dropAcks: true, dropReceipts: true };
    const { status, body } = await sessions.sendMessage(SHOP, reader.number, 'Hello');
    lab.faults = {};
    lab.releaseReceipts();
    expect([status, body.code]).toEqual([503, 'provider_unavailable']);
    expect(body.retryAfter).toBe(5);
  });

  it('tells that the session is not linked', async () => {
    await sessions.create('new');
    await sessions.restart('new');
    const { status, body } = await sessions.sendMessage('new', owner.number, 'Hello');
    expect([status, body.code]).toEqual([409, 'session_not_connected']);
    expect(body.message).toContain('unlinked');
    await sessions.remove('new');
  });

  it('tells that another program took the session over', async () => {
    const phone = lab.addPhone();
    await sessions.link('lost', phone);
    lab.end('conflict', phone.pn);
    await sessions.untilState('lost', 'replaced');
    const { status, body } = await sessions.sendMessage('lost', owner.number, 'Hello');
    expect([status, body.code]).toEqual([409, 'session_not_connected']);
    expect(body.message).toContain('replaced');
    await sessions.remove('lost');
  });
});
