import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../support/database/databases.ts';
import { itOnOneServer, onEveryServer } from '../../../support/database/lanes.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { watchConnections } from '../../../support/whatsapp/connection-watch.ts';
import {
  createWhatsAppHarness,
  type WhatsAppHarness,
} from '../../../support/whatsapp/linked-harness.ts';
import { type Lab, type Phone, startLab } from '../../../support/whatsapp-lab/lab.ts';

const LEASE_MS = 1800;

onEveryServer('two nodes over one database on %s', (dialect) => {
  const itOnOne = itOnOneServer(dialect);
  let lab: Lab;
  let database: TestDatabase;
  let nodes: WhatsAppHarness[];
  let owner: Phone;

  const start = () =>
    createWhatsAppHarness({
      lab,
      database,
      whatsappTiming: { leaseMs: LEASE_MS, connectMs: 5000 },
    });

  beforeAll(async () => {
    lab = await startLab();
    database = await createTestDatabase(dialect);
    owner = lab.addPhone();
    const first = await start();
    nodes = [first];
    await first.link(owner);
    await first.close();
    await waitFor(() => lab.connectionsOf(owner.pn) === 0 || undefined, 'the line to be left');
  });
  afterEach(() => expect(lab.unhandled).toEqual([]));
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.close()));
    await database.drop();
    await lab.close();
  });

  const isKeptBy = async ({ client }: WhatsAppHarness) =>
    (await client.get('/api/sessions/default')).body.data?.['keptHere'] === true;

  /** Which node keeps the session once it is open. */
  async function findKeeper(): Promise<{ keeper: WhatsAppHarness; other: WhatsAppHarness }> {
    return waitFor(async () => {
      const kept = await Promise.all(nodes.map(isKeptBy));
      const keeper = nodes[kept.indexOf(true)];
      const other = nodes[kept.indexOf(false)];
      return keeper && other && (await keeper.status())['state'] === 'open'
        ? { keeper, other }
        : undefined;
    }, 'one node to keep the session');
  }

  const send = ({ client }: WhatsAppHarness, { number }: Phone) =>
    client.post('/api/sessions/default/send-message', { to: number, message: 'hello' });

  it('race for a number: one connects, and the other sends through it', async () => {
    const watch = watchConnections(lab, owner);
    const logins = lab.logins(owner.pn);
    nodes = await Promise.all([start(), start()]);
    const { keeper, other } = await findKeeper();
    // Through a renewal of the lease, and tries of the other to take it.
    await pause(LEASE_MS);
    expect(watch.stop()).toBe(1);
    expect(lab.logins(owner.pn)).toBe(logins + 1);
    const alice = lab.addPhone();
    for (const [index, node] of [other, keeper].entries()) {
      expect((await send(node, alice)).status).toBe(200);
      expect((await alice.nextMessage()).text).toBe('hello');
      expect(alice.inbox).toHaveLength(index + 1);
    }
    expect(await other.status()).toMatchObject({ state: 'open', isConnected: true });
  });

  itOnOne('take over from each other without a scan when one closes', async () => {
    const { keeper, other } = await findKeeper();
    const watch = watchConnections(lab, owner);
    const logins = lab.logins(owner.pn);
    const closedAt = performance.now();
    await keeper.close();
    nodes = [other];
    await waitFor(
      async () => ((await isKeptBy(other)) ? true : undefined),
      'the other to take over',
      LEASE_MS,
    );
    await other.waitForState(['open']);
    expect(performance.now() - closedAt).toBeLessThan(LEASE_MS + 1500);
    expect(watch.stop()).toBeLessThanOrEqual(1);
    expect([owner.devices, lab.logins(owner.pn)]).toEqual([[1], logins + 1]);
    const bob = lab.addPhone();
    expect((await send(other, bob)).status).toBe(200);
    expect((await bob.nextMessage()).text).toBe('hello');
  });

  it('are asked for the same new session at once, and one of them links it', async () => {
    if (nodes.length < 2) nodes.push(await start());
    const sessionId = 'asked-twice';
    await nodes[0]?.client.post('/api/sessions', { sessionId });
    await Promise.all(
      nodes.map(({ client }) => client.post(`/api/sessions/${sessionId}/restart`, {})),
    );
    const answers = await Promise.all(
      nodes.map(({ client }) => client.get(`/api/sessions/${sessionId}/qr`)),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const phone = lab.addPhone();
    await phone.scanQr(String(answers[0]?.body.data?.['qr']));
    await waitFor(() => lab.connectionsOf(phone.pn) === 1 || undefined, 'the line');
    expect([phone.devices, lab.logins(phone.pn)]).toEqual([[1], 1]);
  });
});
