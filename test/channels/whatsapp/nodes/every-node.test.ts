import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sessionLeaseName } from '../../../../src/domain/whatsapp/session.ts';
import { createLeaseStore } from '../../../../src/storage/limits/lease-store.ts';
import { createSessionStore } from '../../../../src/storage/whatsapp/session-store.ts';
import { createConversationCalls } from '../../../support/conversations/conversation-calls.ts';
import {
  createTestDatabase,
  type ServerName,
  serverDialects,
  type TestDatabase,
} from '../../../support/database/databases.ts';
import { someOf } from '../../../support/full-run.ts';
import { openEvents } from '../../../support/http/event-stream.ts';
import { createSessionCalls } from '../../../support/http/session-calls.ts';
import { hasRedis, redisUrl } from '../../../support/redis.ts';
import { waitFor } from '../../../support/wait-for.ts';
import {
  createWhatsAppHarness,
  type WhatsAppHarness,
} from '../../../support/whatsapp/linked-harness.ts';
import { type Lab, type Phone, startLab } from '../../../support/whatsapp-lab/lab.ts';

const SEND = '/api/otp/send';

/** How the nodes of each lane wake each other. */
const lanes: readonly { name: string; dialect: ServerName; env: Record<string, string> }[] = [
  { name: 'PostgreSQL', dialect: 'postgres' as const, env: {} },
  { name: 'MariaDB with Redis', dialect: 'mysql' as const, env: { REDIS_URL: redisUrl } },
  { name: 'MariaDB alone', dialect: 'mysql' as const, env: {} },
]
  .filter(({ dialect }) => serverDialects.includes(dialect))
  .filter(({ env }) => hasRedis || env['REDIS_URL'] === undefined);

// Suites of the bus try Redis, too: a run that is not full leaves that lane out.
describe.each(someOf(lanes, 2))(
  'a node that does not host a number, on $name',
  ({ dialect, env }) => {
    let lab: Lab;
    let testDatabase: TestDatabase;
    let host: WhatsAppHarness;
    let other: WhatsAppHarness;
    let phone: Phone;
    const nodes: WhatsAppHarness[] = [];

    async function start(): Promise<WhatsAppHarness> {
      const node = await createWhatsAppHarness({
        lab,
        database: testDatabase,
        env,
        whatsappTiming: { leaseMs: 15_000, spreadMs: 600_000 },
      });
      nodes.push(node);
      return node;
    }

    beforeAll(async () => {
      testDatabase = await createTestDatabase(dialect);
      lab = await startLab();
      phone = lab.addPhone();
      host = await start();
      other = await start();
      await host.link(phone);
    });
    afterAll(async () => {
      await Promise.all(nodes.map((node) => node.close()));
      await lab.close();
      await testDatabase.drop();
    });

    it('sends a code through it', async () => {
      const person = lab.addPhone();
      const { status, body } = await other.client.post(SEND, { phoneNumber: person.number });
      expect([status, body.data?.['channel'], body.code]).toEqual([200, 'whatsapp', undefined]);
      const message = await person.nextMessage();
      expect(message.id).toBe(body.data?.['messageId']);
      const answer = await other.client.post('/api/otp/verify', {
        phoneNumber: person.number,
        otp: message.code,
      });
      expect(answer.status).toBe(200);
      expect(person.inbox).toHaveLength(1);
    });

    it('takes part in its conversations', async () => {
      const person = lab.addPhone();
      const settings = { store: 'content', use: 'both', ignore: ['status', 'newsletters'] };
      expect((await other.client.patch('/api/sessions/default', settings)).status).toBe(200);
      const calls = createConversationCalls(other, 'default');
      const asked = await person.sendText(phone.pn, 'ping');
      await calls.untilStored(asked);
      const group = person.groups.create({ subject: 'Team', members: [phone.pn] });
      await calls.untilStored(await person.sendText(group, 'to all'));
      const sent = await calls.send({ to: person.number, text: 'pong', replyTo: asked });
      const messageId = String(sent.body.data?.['messageId']);
      expect(await person.nextMessage()).toMatchObject({ id: messageId, text: 'pong' });
      await calls.until(messageId, ({ status }) => status === 'delivered');
      expect((await calls.act(asked, 'reaction', { emoji: '👍' })).status).toBe(200);
      expect((await calls.act(asked, 'read')).status).toBe(200);
      const mutedUntil = '2027-01-01T00:00:00.000Z';
      const muted = await calls.patchChat(person.number, { isPinned: true, mutedUntil });
      expect(muted.body.data).toMatchObject({ isPinned: true, mutedUntil, unreadCount: 0 });
      const path = '/api/sessions/default/groups';
      const draft = { subject: 'Ours', members: [person.number] };
      const created = await other.client.post(path, draft);
      expect(created.body.data).toMatchObject({ subject: 'Ours', foundedAt: expect.any(String) });
      const ours = String(created.body.data?.['group']);
      expect((await calls.send({ chat: ours, text: 'welcome' })).status).toBe(200);
      expect((await other.client.get(`${path}/${ours}`)).body.data).toMatchObject({
        memberCount: 2,
      });
      const refused = await other.client.get(`${path}/${group.replace(/\d@/, '9@')}`);
      expect(refused.status).toBe(404);
      expect((await calls.block(person.number)).status).toBe(200);
      const levelled = await other.client.patch('/api/sessions/default', { store: 'none' });
      expect(levelled.body.data).toMatchObject({ store: 'none' });
      expect(await calls.list('messages')).toEqual([]);
    });

    it('sends a text through it', async () => {
      const person = lab.addPhone();
      const calls = createSessionCalls(other);
      const { status } = await calls.sendMessage('default', person.number, 'Hello');
      expect(status).toBe(200);
      expect((await person.nextMessage()).text).toBe('Hello');
    });

    it('restarts it', async () => {
      const logins = lab.logins(phone.pn);
      expect((await createSessionCalls(other).restart('default')).status).toBe(200);
      await waitFor(() => (lab.logins(phone.pn) > logins ? true : undefined), 'another login');
      await host.waitForState(['open']);
    });

    it('stops it, and restarts it', async () => {
      const calls = createSessionCalls(other);
      expect((await calls.stop('default')).body.data).toMatchObject({ state: 'stopped' });
      await host.waitForState(['stopped']);
      expect((await calls.restart('default')).status).toBe(200);
      await host.waitForState(['open']);
    });

    it('links another by QR code, with live events, and deletes it', async () => {
      await createSessionCalls(host).create('second');
      const calls = createSessionCalls(other);
      const stream = await openEvents(other.url, '/api/sessions/second/events');
      const { status, body } = await calls.qr('second');
      expect([status, body.code]).toEqual([200, undefined]);
      const second = lab.addPhone();
      await second.scanQr(String(body.data?.['qr']));
      await calls.untilState('second', 'open');
      await stream.untilState('open');
      const shown = JSON.stringify(stream.events.filter(({ event }) => event === 'qr'));
      expect(shown).toContain(String(body.data?.['qr']));
      stream.close();
      expect((await calls.remove('second')).status).toBe(200);
      expect((await createSessionCalls(host).get('second')).status).toBe(404);
      await waitFor(
        () => (second.devices.length === 0 ? true : undefined),
        'the device to be gone',
      );
    });

    it('links one by pairing code', async () => {
      await createSessionCalls(host).create('paired');
      const calls = createSessionCalls(other);
      const third = lab.addPhone();
      const { status, body } = await calls.pair('paired', third.number);
      expect([status, body.code]).toEqual([200, undefined]);
      await third.typePairingCode(String(body.data?.['pairingCode']));
      await calls.untilState('paired', 'open');
      await calls.remove('paired');
    });

    it('is told when its host does not respond', async () => {
      await createSessionStore(other.database).create(
        { accountId: 'default', sessionId: 'silent' },
        other.now(),
      );
      const until = new Date(other.now().getTime() + 60_000);
      const lease = { name: sessionLeaseName('silent'), owner: 'a node that hangs' };
      await createLeaseStore(other.database).acquire(lease, other.now(), until);
      const calls = createSessionCalls(other);
      expect((await calls.get('silent')).body.data).toMatchObject({ keptHere: false });
      const answers = await Promise.all([
        calls.qr('silent'),
        calls.pair('silent', '+6281234567890'),
        calls.sendMessage('silent', '+6281234567890', 'Hello'),
        calls.restart('silent'),
        calls.stop('silent'),
        calls.remove('silent'),
      ]);
      for (const { status, body } of answers) {
        expect([status, body.code]).toEqual([409, 'session_not_connected']);
        expect(body.message).toContain('does not respond');
      }
    });

    it('leaves nothing of what was asked in the database', async () => {
      const [row] = await other.database.statements.select(
        'SELECT COUNT(*) AS "left" FROM "session_commands"',
        [],
      );
      expect(Number(row?.['left'])).toBe(0);
    });
  },
);
