import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  createTestDatabase,
  type dialects,
  type TestDatabase,
} from '../../../support/database/databases.ts';
import { onEveryDatabase } from '../../../support/database/lanes.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { watchConnections } from '../../../support/whatsapp/connection-watch.ts';
import {
  createWhatsAppHarness,
  type WhatsAppHarness,
} from '../../../support/whatsapp/linked-harness.ts';
import { readSealed } from '../../../support/whatsapp/sealed-credentials.ts';
import { inShort, trailOf } from '../../../support/whatsapp/session-log.ts';
import { type Lab, type Phone, startLab } from '../../../support/whatsapp-lab/lab.ts';

const LEASE = 'wa:default';

let lab: Lab;
let database: TestDatabase;
let h: WhatsAppHarness;
let owner: Phone;
let alice: Phone;

const start = (leaseMs: number) =>
  createWhatsAppHarness({ lab, database, whatsappTiming: { leaseMs, connectMs: 5000 } });

const say = ({ client }: WhatsAppHarness, message: string) =>
  client.post('/api/sessions/default/send-message', { to: alice.number, message });

async function linkOn(dialect: (typeof dialects)[number], leaseMs: number): Promise<void> {
  database = await createTestDatabase(dialect);
  h = await start(leaseMs);
  await h.link(owner);
  expect((await say(h, 'first')).status).toBe(200);
  await alice.nextMessage();
}

/** As another node does when this one was frozen for longer than its lease. */
async function giveLease(newOwner: string, forMs: number): Promise<void> {
  const changed = await h.database.statements.change(
    `UPDATE "leases" SET "owner" = $2, "heldUntil" = $3 WHERE "name" = $1`,
    [LEASE, newOwner, Date.now() + forMs],
  );
  expect(changed).toBe(1);
}

async function readState({ database: { statements } }: WhatsAppHarness): Promise<string> {
  const [row] = await statements.select(
    `SELECT "state" FROM "sessions" WHERE "sessionId" = 'default'`,
    [],
  );
  return String(row?.['state']);
}

async function findOwner(name: string): Promise<string> {
  const [row] = await h.database.statements.select(
    `SELECT "owner" FROM "leases" WHERE "name" = $1`,
    [name],
  );
  return String(row?.['owner']);
}

function untilKept({ client }: WhatsAppHarness, keptHere: boolean): Promise<true> {
  return waitFor(async () => {
    const { body } = await client.get('/api/sessions/default');
    return body.data?.['keptHere'] === keptHere || undefined;
  }, `the session to be kept here: ${keptHere}`);
}

beforeEach(async () => {
  lab = await startLab();
  [owner, alice] = [lab.addPhone(), lab.addPhone()];
});
afterEach(async () => {
  await h.close();
  await database.drop();
  await lab.close();
});

onEveryDatabase('a node whose lease somebody else has (%s)', (dialect) => {
  it('lets go at its next write, changes nothing, and comes back when the lease is free', async () => {
    await linkOn(dialect, 3600);
    await giveLease('another-node', 1500);
    const before = await readSealed(h, 'default');
    const logins = lab.logins(owner.pn);
    const late = say(h, 'too late');
    await waitFor(() => lab.connectionsOf(owner.pn) === 0 || undefined, 'the line to be left');
    await untilKept(h, false);
    if (dialect === 'sqlite') {
      // On a server, the message would wait for the other node.
      const refused = await say(h, 'not here');
      expect([refused.status, refused.body.code]).toEqual([409, 'session_not_connected']);
    }
    await pause(200);
    expect(await readSealed(h, 'default')).toEqual(before);
    expect(await findOwner(LEASE)).toBe('another-node');

    await untilKept(h, true);
    await h.waitForState(['open']);
    expect([owner.devices, lab.logins(owner.pn)]).toEqual([[1], logins + 1]);
    await late;
    expect((await say(h, 'again')).status).toBe(200);
    await waitFor(() => alice.inbox.find(({ text }) => text === 'again'), 'what is sent then');
  });
});

it('a node that learns of it when it renews its lease lets go, too', async () => {
  await linkOn('sqlite', 2400);
  await giveLease('another-node', 2500);
  const before = await readSealed(h, 'default');
  await waitFor(() => lab.connectionsOf(owner.pn) === 0 || undefined, 'the line to be left');
  await untilKept(h, false);
  expect(inShort(trailOf(h, 'default')).at(-1)).toBe('connecting (not_kept)');
  expect(await readSealed(h, 'default')).toEqual(before);
  await untilKept(h, true);
  await h.waitForState(['open']);
});

it('a node that was frozen leaves the number to the one that took it over', async () => {
  // It is slow to renew, so it hears of the other by its line first.
  await linkOn('sqlite', 10_000);
  const other = await start(900);
  await other.client.post('/api/sessions', { sessionId: 'names-its-node' });
  const watch = watchConnections(lab, owner);
  const logins = lab.logins(owner.pn);
  // The other takes over what no node hosts.
  await giveLease(await findOwner('wa:names-its-node'), 0);
  await other.waitForState(['open']);
  await untilKept(h, false);
  // It is no end that an operator has to see to.
  const ends = inShort(trailOf(h, 'default')).filter((step) => step.startsWith('replaced'));
  expect(ends).toEqual([]);
  expect(h.logLines.join()).not.toContain('needs an operator');
  await pause(500);
  expect(watch.stop()).toBe(1);
  expect([lab.logins(owner.pn), lab.connectionsOf(owner.pn)]).toEqual([logins + 1, 1]);
  expect((await say(other, 'from the other')).status).toBe(200);
  // What the frozen one thinks of it is not on record.
  expect(await readState(other)).toBe('open');
  await other.close();
});
