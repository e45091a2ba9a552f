import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  createTestDatabase,
  type DialectName,
  type TestDatabase,
} from '../../support/database/databases.ts';
import { open } from '../../support/database/migrated-database.ts';
import { killsOf } from '../../support/full-run.ts';
import { type Gateway, startGateway } from '../../support/http/gateway.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import { wrongCodes } from '../../support/http/otp-calls.ts';
import {
  accept,
  createWebhook,
  type Receiver,
  receiverVariables,
  startReceiver,
} from '../../support/http/webhook-calls.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';
import { type ServerProcess, startServerProcess } from '../../support/process/server-process.ts';
import { waitFor } from '../../support/wait-for.ts';
import { expectedEvents } from './expected-events.ts';

const KILLS = 20;
const PEOPLE = 12;
const MOST_REQUESTS = 3 * PEOPLE;

const ENV = {
  ...receiverVariables,
  LIMIT_SENDS_PER_PREFIX_HOUR: '0',
  LIMIT_FAILURES_PER_IP_HOUR: '0',
  LIMIT_FAILURES_PER_KEY_HOUR: '0',
};

/** Past the claim of a dead node, the longest comparison of a code, and several looks at a verification. */
const STEPS_SECONDS = [61, 130, 240, 400];

const nextNumber = createPhoneNumbers();

type Client = ServerProcess['client'];

/** What a person does with a code, until the node dies. */
async function live(client: Client, gateway: Gateway, index: number): Promise<void> {
  const phoneNumber = nextNumber();
  const sent = await client.post('/api/otp/send', { phoneNumber });
  if (sent.status !== 200) return;
  const code = gateway.codeFor(phoneNumber);
  const verify = (otp: string) => client.post('/api/otp/verify', { phoneNumber, otp });
  if (index % 3 === 0) await client.post('/api/otp/expire', { phoneNumber });
  else if (index % 3 === 1) for (const wrong of wrongCodes(code, 3)) await verify(wrong);
  else await verify(code);
}

/** Lets people send and verify, and kills the node when so many requests have reached the receiver. */
async function killWhileLiving(
  node: ServerProcess,
  { gateway, receiver, after }: { gateway: Gateway; receiver: Receiver; after: number },
): Promise<void> {
  const before = receiver.requests.length;
  const living = Array.from({ length: PEOPLE }, (_, index) =>
    live(node.client, gateway, index).catch(() => {}),
  );
  await waitFor(
    () => (receiver.requests.length >= before + after ? true : undefined),
    `${after} webhook requests`,
  );
  await node.stop('SIGKILL');
  await Promise.all(living);
}

/** How often each event has arrived, by its ID. */
function countArrivals(receiver: Receiver): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { id } of receiver.events()) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

/** Notes how often the events have arrived that are stored as pushed: they must not arrive again. */
async function noteStored(
  testDatabase: TestDatabase,
  { receiver, stored }: { receiver: Receiver; stored: Map<string, number> },
): Promise<void> {
  const { statements, close } = await open(testDatabase);
  const sql = `SELECT "eventId" FROM "webhook_deliveries" WHERE "status" = 'SUCCESS'`;
  const arrivals = countArrivals(receiver);
  for (const row of await statements.select(sql, [])) {
    const id = String(row['eventId']);
    stored.set(id, arrivals.get(id) ?? 0);
  }
  await close();
}

/** One line for each event of the verifications, as the receiver knows them: each with one ID. */
function describeReceived(receiver: Receiver): string[] {
  const ids = new Map<string, string>();
  for (const { id, type, data } of receiver.events()) {
    ids.set(id, `${data['verificationId']} ${type}`);
  }
  return [...ids.values()].sort();
}

/** Plays a node that lives on, in quick motion: what the dead one left is found and pushed. */
async function surviveDead(h: Harness): Promise<void> {
  for (const seconds of STEPS_SECONDS) {
    h.advance(seconds);
    await h.webhookJobs.recordDueEvents();
    await h.webhookJobs.pushEvents();
    await waitFor(async () => {
      const sql = `SELECT "id" FROM "webhook_deliveries" WHERE "nextAttemptAt" <= $1 OR "claimedBy" IS NOT NULL`;
      const open = await h.database.statements.select(sql, [h.now()]);
      return open.length === 0 || undefined;
    }, 'all events to be pushed');
  }
}

/** The suite of a process that is killed while it sends codes and pushes events, on one database. */
export function killWhilePushing(dialect: DialectName): void {
  let testDatabase: TestDatabase;
  let gateway: Gateway;
  let receiver: Receiver;
  const start = () =>
    startServerProcess({ databaseUrl: testDatabase.url, gatewayUrl: gateway.url, env: ENV });

  beforeAll(async () => {
    testDatabase = await createTestDatabase(dialect);
    gateway = await startGateway();
    receiver = await startReceiver();
    // So that a kill meets events that have arrived and are not stored as such.
    receiver.answerWith((request, response) => {
      setTimeout(() => accept(request, response), (receiver.requests.length * 7) % 30);
    });
  });
  afterAll(async () => {
    await receiver.close();
    await gateway.close();
    await testDatabase.drop();
  });

  const kills = killsOf(KILLS);

  it('pushes every event under one ID, and none again that it has stored as pushed', {
    timeout: 60_000 + kills * 30_000,
  }, async () => {
    let node = await start();
    await createWebhook(node.client, receiver.url, { events: ['verification.*', 'delivery.*'] });
    const stored = new Map<string, number>();
    for (let kill = 0; kill < kills; kill += 1) {
      const after = 1 + ((kill * 11 + 24) % MOST_REQUESTS);
      await killWhileLiving(node, { gateway, receiver, after });
      await noteStored(testDatabase, { receiver, stored });
      if (kill < kills - 1) node = await start();
    }
    const h = await createHarness({ database: testDatabase, env: ENV });
    await surviveDead(h);
    const expected = await expectedEvents(h.database);
    expect(describeReceived(receiver)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(kills * PEOPLE);
    const arrivals = countArrivals(receiver);
    const later = [...stored.keys()].map((eventId) => [eventId, arrivals.get(eventId)]);
    expect(later).toEqual([...stored]);
    expect(stored.size).toBeGreaterThan(0);
    await h.close();
  });
}
