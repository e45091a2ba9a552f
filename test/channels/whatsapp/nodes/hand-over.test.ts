import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLeaseStore } from '../../../../src/storage/limits/lease-store.ts';
import {
  createTestDatabase,
  type ServerName,
  type TestDatabase,
} from '../../../support/database/databases.ts';
import { onOneServer } from '../../../support/database/lanes.ts';
import { inParallel } from '../../../support/http/otp-calls.ts';
import { waitFor } from '../../../support/wait-for.ts';
import {
  createWhatsAppHarness,
  type WhatsAppHarness,
} from '../../../support/whatsapp/linked-harness.ts';
import { type Lab, type Phone, startLab } from '../../../support/whatsapp-lab/lab.ts';

const NAMES = ['one', 'two', 'three', 'four'];

onOneServer('sessions that are handed over on %s', (dialect) => {
  let lab: Lab;
  let testDatabase: TestDatabase;
  const nodes: WhatsAppHarness[] = [];

  async function start(spreadMs: number): Promise<WhatsAppHarness> {
    const node = await createWhatsAppHarness({
      lab,
      database: testDatabase,
      whatsappTiming: { leaseMs: 15_000, spreadMs },
    });
    await node.probe.start(); // Its heartbeat makes it known to the others.
    nodes.push(node);
    return node;
  }

  const keptBy = ({ sessions }: WhatsAppHarness) =>
    sessions.keeper.report().map(({ sessionId }) => sessionId);
  const countsOf = (some: readonly WhatsAppHarness[]) => some.map((node) => keptBy(node).length);

  beforeAll(async () => {
    testDatabase = await createTestDatabase(dialect as ServerName);
    lab = await startLab();
    const first = await start(100);
    for (const name of NAMES) await first.link(lab.addPhone(), name);
  });
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.close()));
    await lab.close();
    await testDatabase.drop();
  });

  it('move one by one to a node that joins, until both have as many', async () => {
    const [first] = nodes as [WhatsAppHarness];
    const second = await start(100);
    const codes = inParallel(20, () => {
      const person: Phone = lab.addPhone();
      return first.client.post('/api/otp/send', { phoneNumber: person.number });
    });
    await waitFor(() => countsOf(nodes).join() === '2,2' || undefined, 'two sessions on each node');
    for (const answer of await codes) {
      expect([answer.status, answer.body.data?.['channel']]).toEqual([200, 'whatsapp']);
    }
    for (const name of keptBy(second)) await second.waitForState(['open'], name);
  });

  it('all move when a node stops, and messages go on through the next one', async () => {
    const [first, second] = nodes as [WhatsAppHarness, WhatsAppHarness];
    const people = Array.from({ length: 40 }, () => lab.addPhone());
    const sending = Promise.all(
      people.map(({ number }) => first.client.post('/api/otp/send', { phoneNumber: number })),
    );
    await first.sessions.keeper.handOver();
    expect(countsOf(nodes)).toEqual([0, NAMES.length]);
    const owner = await createLeaseStore(first.database).findOwner('wa:one', first.now());
    expect(owner).toBeDefined();
    for (const answer of await sending) {
      expect([answer.status, answer.body.data?.['channel']]).toEqual([200, 'whatsapp']);
    }
    for (const name of NAMES) await second.waitForState(['open'], name);
    for (const person of people) {
      await waitFor(() => person.inbox.at(0), `${person.number} to read`);
      expect(person.inbox).toHaveLength(1);
    }
    expect(lab.unhandled).toEqual([]);
  });

  it('stay where they are when there is no other node', async () => {
    const [first, second] = nodes as [WhatsAppHarness, WhatsAppHarness];
    await first.close();
    nodes.shift();
    await second.sessions.keeper.handOver();
    expect(countsOf([second])).toEqual([NAMES.length]);
  });
});
