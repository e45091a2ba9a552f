import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../support/database/databases.ts';
import { API_KEY } from '../../../support/http/client.ts';
import type { ServerProcess } from '../../../support/process/server-process.ts';
import { startWhatsAppProcess } from '../../../support/process/whatsapp-process.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { createLinkingCalls } from '../../../support/whatsapp/linked-harness.ts';
import { type Lab, startLab } from '../../../support/whatsapp-lab/lab.ts';

let lab: Lab;
let testDatabase: TestDatabase;
let node: ServerProcess;

beforeAll(async () => {
  lab = await startLab();
  testDatabase = await createTestDatabase('sqlite');
  node = await startWhatsAppProcess(lab, testDatabase);
});
afterAll(async () => {
  await node.stop('SIGKILL');
  await testDatabase.drop();
  await lab.close();
});

it('a process that links, writes and reads prints nothing of a session’s keys', async () => {
  const [owner, alice] = [lab.addPhone(), lab.addPhone()];
  const { link } = createLinkingCalls(node);
  for (const round of ['first', 'second']) {
    await link(owner, round);
    for (const message of ['hello', 'hello again']) {
      const { status } = await node.client.post(`/api/sessions/${round}/send-message`, {
        to: alice.number,
        message,
      });
      expect(status).toBe(200);
      await alice.nextMessage();
      const id = await alice.sendText(owner.pn, `you said ${message}`);
      await waitFor(() => alice.receipts.find((receipt) => receipt.id === id), 'the receipt');
    }
    const { status } = await node.client.call({
      method: 'DELETE',
      path: `/api/sessions/${round}`,
      headers: { 'x-api-key': API_KEY },
    });
    expect(status).toBe(200);
    await waitFor(() => owner.devices.length === 0 || undefined, 'the device to be unlinked');
  }
  await pause(100); // Until what was written has come through the pipe.
  const output = node.output();
  expect(output).toContain('"state":"open"');
  const words =
    /privKey|rootKey|indexInfo|ephemeralKeyPair|baseKey|<Buffer|(?:Clos|Open)ing (?:open )?session|SessionEntry/g;
  expect(output.match(words) ?? []).toEqual([]);
});
