import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/storage/database.ts';
import { createCredentialStore } from '../../../src/storage/whatsapp/credential-store.ts';
import { createSessionStore } from '../../../src/storage/whatsapp/session-store.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database/databases.ts';
import { open } from '../../support/database/migrated-database.ts';
import { killsOf } from '../../support/full-run.ts';
import type { ServerProcess } from '../../support/process/server-process.ts';
import { BACK_MS, startWhatsAppProcess } from '../../support/process/whatsapp-process.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createLinkingCalls } from '../../support/whatsapp/linked-harness.ts';
import { createSendingCalls } from '../../support/whatsapp/whatsapp-sending.ts';
import { type Lab, type Phone, startLab } from '../../support/whatsapp-lab/lab.ts';

/** Between scan and open the lab speaks some eight times, each time so late. */
const LATENCY_MS = 40;

/** How much later than the last time around a moment is, when there are more kills than moments. */
const LATER_MS = 12;

type Linking = { readonly sessionId: string; readonly owner: Phone };

let testDatabase: TestDatabase;
let database: Database;
let lab: Lab;
let node: ServerProcess;

beforeAll(async () => {
  testDatabase = await createTestDatabase('sqlite');
  lab = await startLab();
  node = await startWhatsAppProcess(lab, testDatabase);
  database = await open(testDatabase);
});
afterAll(async () => {
  await node.stop('SIGKILL');
  await database.close();
  await lab.close();
  await testDatabase.drop();
});

const countCredentials = (sessionId: string) => createCredentialStore(database).count(sessionId);

/** In the order in which linking goes. */
const MOMENTS: readonly ((linking: Linking) => boolean | Promise<boolean>)[] = [
  () => true,
  ({ owner }) => owner.devices.length > 0,
  async ({ sessionId }) => (await countCredentials(sessionId)) > 0,
  ({ owner }) => lab.logins(owner.pn) > 0,
];

const KILLS = killsOf(MOMENTS.length);

/** A phone scans the QR of a new session; the process is killed in the numbered moment of that. */
async function killWhileLinking({ sessionId, owner }: Linking, number: number): Promise<void> {
  await node.client.post('/api/sessions', { sessionId });
  const { body } = await node.client.get(`/api/sessions/${sessionId}/qr`);
  lab.faults = { latencyMs: LATENCY_MS };
  const scanning = owner.scanQr(String(body.data?.['qr'])).catch(() => {}); // It may be cut off.
  const hasCome = MOMENTS[number % MOMENTS.length] ?? (() => true);
  while (!(await hasCome({ sessionId, owner }))) await pause(1);
  await pause(LATER_MS * Math.floor(number / MOMENTS.length));
  await node.stop('SIGKILL');
  await scanning;
  lab.faults = {};
  await waitFor(() => lab.connectionsOf(owner.pn) === 0 || undefined, 'the line to be cut');
}

/** A linked session is on record as such; one that is not has left nothing, and is linked anew. */
async function checkStanding({ sessionId, owner }: Linking): Promise<void> {
  const { waitForState, link } = createLinkingCalls(node);
  const { state } = await waitForState(['open', 'unlinked'], sessionId, BACK_MS);
  const { isLinked } = (await createSessionStore(database).findById(sessionId)) ?? {};
  expect([state, isLinked]).toEqual([state, state === 'open']);
  if (state === 'open') return;
  expect(await countCredentials(sessionId)).toBe(0);
  await link(owner, sessionId);
}

/** The code is shown, and nobody has typed it. */
async function killWhileCodeWaits({ sessionId, owner }: Linking): Promise<void> {
  const { number } = owner;
  await node.client.post('/api/sessions', { sessionId });
  const { status } = await node.client.post(`/api/sessions/${sessionId}/pair-request`, { number });
  expect(status).toBe(200);
  await node.stop('SIGKILL');
}

async function checkSending(sessionId: string): Promise<void> {
  const calls = createSendingCalls({ ...node, database });
  const sent = await calls.sendCode(lab.addPhone(), { sessionId });
  expect(sent.sessionId).toBe(sessionId);
}

describe('a process that is killed while a phone links it', () => {
  it('is linked afterwards, or has kept nothing and can be linked anew', {
    timeout: 60_000 + KILLS * 60_000,
  }, async () => {
    const sessionIds: string[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const linking = { sessionId: `number-${kill}`, owner: lab.addPhone() };
      sessionIds.push(linking.sessionId);
      await killWhileLinking(linking, kill);
      node = await startWhatsAppProcess(lab, testDatabase);
      await checkStanding(linking);
      await checkSending(linking.sessionId);
      // What was linked before the kill is so still.
      const { waitForState } = createLinkingCalls(node);
      await Promise.all(sessionIds.map((id) => waitForState(['open'], id, BACK_MS)));
    }
    expect(lab.unhandled).toEqual([]);
  });

  it('has kept nothing of a pairing code that was not typed yet', async () => {
    const linking = { sessionId: 'coded', owner: lab.addPhone() };
    await killWhileCodeWaits(linking);
    node = await startWhatsAppProcess(lab, testDatabase);
    await checkStanding(linking);
    expect(linking.owner.devices).toEqual([1]);
    await checkSending(linking.sessionId);
  });
});
