import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../support/database/databases.ts';
import { open } from '../../../support/database/migrated-database.ts';
import { someOf } from '../../../support/full-run.ts';
import type { ServerProcess } from '../../../support/process/server-process.ts';
import { startWhatsAppProcess } from '../../../support/process/whatsapp-process.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { createLinkingCalls } from '../../../support/whatsapp/linked-harness.ts';
import { type Lab, startLab } from '../../../support/whatsapp-lab/lab.ts';

let lab: Lab;
let testDatabase: TestDatabase;
let node: ServerProcess | undefined;

beforeAll(async () => {
  lab = await startLab();
  testDatabase = await createTestDatabase('sqlite');
});
afterAll(async () => {
  await node?.stop('SIGKILL');
  await testDatabase.drop();
  await lab.close();
});

it.each(someOf(['SIGTERM', 'SIGINT'] as const, 2))(
  'a process that is told to stop (%s) lets go of its number and does not unlink it',
  async (signal) => {
    const [owner, alice] = [lab.addPhone(), lab.addPhone()];
    const sessionId = signal.toLowerCase();
    node = await startWhatsAppProcess(lab, testDatabase);
    await createLinkingCalls(node).link(owner, sessionId);
    // Whoever starts containers waits 10 s, and then kills.
    expect(await Promise.race([node.stop(signal), pause(10_000, 'still there')])).toBe(0);
    await waitFor(() => lab.connectionsOf(owner.pn) === 0 || undefined, 'the line to be left');
    expect(owner.devices).toEqual([1]);
    expect(node.output()).toContain('"msg":"stopped"');
    expect(node.output()).not.toMatch(/"level":[56]0/);

    const id = await alice.sendText(owner.pn, 'are you there?');
    node = await startWhatsAppProcess(lab, testDatabase);
    // The lease was released, so the next process does not wait for its end.
    const startedAt = performance.now();
    await createLinkingCalls(node).waitForState(['open'], sessionId);
    expect(performance.now() - startedAt).toBeLessThan(8000);
    const receipt = await waitFor(() => alice.receipts.find((one) => one.id === id), 'the receipt');
    expect(receipt.type).not.toBe('retry');
    expect([owner.devices, lab.logins(owner.pn)]).toEqual([[1], 2]);

    const database = await open(testDatabase);
    const row = await waitFor(async () => {
      const rows = await database.models.ActivityLog.findAll({
        where: { sessionId, action: 'message_receive' },
      });
      return rows[0];
    }, 'the message to be on record');
    expect([row.get('phoneNumber'), row.get('messageId')]).toEqual([alice.number, id]);
    await database.close();
    await node.stop('SIGKILL');
    expect(lab.unhandled).toEqual([]);
  },
);
