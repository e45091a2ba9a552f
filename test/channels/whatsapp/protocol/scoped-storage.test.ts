import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { withScopedStorage } from '../../../../src/channels/whatsapp/protocol/scoped-storage.ts';
import { createWhatsAppHarness } from '../../../support/whatsapp/linked-harness.ts';
import { startLab } from '../../../support/whatsapp-lab/lab.ts';

/** How many storages are enabled: before Node.js 24, each leaves its mark on every new resource. */
const countEnabled = () => Object.getOwnPropertySymbols(new AsyncResource('probe')).length;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

it('leaves no storage enabled for connections that are open or over', async () => {
  const before = countEnabled();
  const lab = await startLab();
  const h = await createWhatsAppHarness({ lab });
  const [owner, alice] = [lab.addPhone(), lab.addPhone()];
  await h.link(owner);
  for (let round = 0; round < 3; round += 1) {
    await h.client.post('/api/sessions/default/restart', {});
    await h.waitForState(['open']);
    const body = { to: alice.number, message: `round ${round}` };
    expect((await h.client.post('/api/sessions/default/send-message', body)).status).toBe(200);
    expect((await alice.nextMessage()).text).toBe(body.message);
  }
  await expect.poll(countEnabled).toBe(before);
  await h.close();
  await lab.close();
});

it('keeps what is stored for all runs in progress, and for those within them', async () => {
  const storage = withScopedStorage(() => new AsyncLocalStorage<string>());
  const before = countEnabled();
  const read = async (ms: number) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return storage.getStore();
  };
  const nested = () => storage.run('inner', () => read(1));
  const all = [
    storage.run('short', () => read(1)),
    storage.run('long', async () => [await nested(), await read(20)]),
    storage.run('at once', () => storage.getStore()),
  ];
  expect(await Promise.all(all)).toEqual(['short', ['inner', 'long'], 'at once']);
  await expect(storage.run('fails', () => Promise.reject(new Error('on purpose')))).rejects.toThrow(
    'on purpose',
  );
  expect(() =>
    storage.run('throws', () => {
      throw new Error('at once');
    }),
  ).toThrow('at once');
  expect([storage.getStore(), countEnabled()]).toEqual([undefined, before]);
});

it('keeps nothing of a run that has ended, however long a timer of it waits', async () => {
  const storage = withScopedStorage(() => new AsyncLocalStorage<object>());
  const timers: NodeJS.Timeout[] = [];
  let seen: unknown = 'not yet';
  const start = () => {
    const store = { sessions: 'of a transaction' };
    const work = async () => {
      timers.push(setTimeout(() => {}, 3_600_000));
      setTimeout(() => {
        seen = storage.getStore();
      }, 20);
      await pause(1);
    };
    return { ended: storage.run(store, work), store: new WeakRef(store) };
  };
  const { ended, store } = start();
  // Another run keeps the storage enabled.
  await Promise.all([ended, storage.run({}, () => pause(50))]);
  expect(seen).toBeUndefined();
  collectGarbage();
  expect(store.deref()).toBeUndefined();
  for (const timer of timers) clearTimeout(timer);
});

it('gives other modules their own storage back', () => {
  const other = withScopedStorage(() => new AsyncLocalStorage());
  expect(other.constructor).not.toBe(AsyncLocalStorage);
  expect(new AsyncLocalStorage().constructor).toBe(AsyncLocalStorage);
});
