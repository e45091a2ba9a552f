import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestPool } from '../../../support/whatsapp/whatsapp-pool.ts';
import { type Lab, startLab } from '../../../support/whatsapp-lab/lab.ts';

/** How long the database takes for each write. */
const WRITE_MS = 300;

let lab: Lab;
let node: Awaited<ReturnType<typeof createTestPool>>;
let isSlow = false;

beforeAll(async () => {
  lab = await startLab();
  node = await createTestPool(lab, {
    watch: (store) => ({
      ...store,
      async replace(...call) {
        if (isSlow) await pause(WRITE_MS);
        return store.replace(...call);
      },
    }),
  });
  await node.link(lab.addPhone());
});
afterAll(async () => {
  await node.close();
  await lab.close();
});

it('sends no message before the keys of the one before are stored', async () => {
  const reader = lab.addPhone();
  const send = (text: string) =>
    node.pool.keeper.sendText('default', {
      ...{ recipient: reader.number, text },
      deadline: AbortSignal.timeout(10_000),
      milliseconds: 10_000,
    });
  await send('first');
  await reader.nextMessage();
  isSlow = true;
  const sending = Promise.all([send('second'), send('third'), send('fourth')]);
  const readAt: number[] = [];
  for (let message = 0; message < 3; message += 1) {
    await reader.nextMessage();
    readAt.push(performance.now());
  }
  await sending;
  const gaps = readAt.slice(1).map((at, index) => at - (readAt[index] ?? at));
  for (const gap of gaps) expect(gap).toBeGreaterThan(WRITE_MS * 0.9);
});
