import { describe, expect, it } from 'vitest';
import { createBoundedQueue, type Slot } from '../../../src/lib/concurrency/bounded-queue.ts';

/** A task that ends when the test says so. */
function createTask() {
  let end: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { end, run: () => ended };
}

const enter = (admission: ReturnType<typeof createBoundedQueue>): Slot => {
  const slot = admission.acquire();
  if (!slot) throw new Error('there was no place');
  return slot;
};

describe('admission', () => {
  it('lets in as many as may run and wait, and turns the next one away at once', () => {
    const admission = createBoundedQueue({ concurrency: 2, queueLimit: 3 });
    const tickets = Array.from({ length: 5 }, () => enter(admission));
    expect(tickets).toHaveLength(5);
    expect(admission.acquire()).toBeUndefined();
  });

  it('has a place again for everyone who leaves', () => {
    const admission = createBoundedQueue({ concurrency: 1, queueLimit: 1 });
    const [first, second] = [enter(admission), enter(admission)];
    expect(admission.acquire()).toBeUndefined();
    first.release();
    enter(admission);
    expect(admission.acquire()).toBeUndefined();
    second.release();
    expect(admission.acquire()).toBeDefined();
  });

  it('runs no more at once than it may, in the order of coming', async () => {
    const admission = createBoundedQueue({ concurrency: 2, queueLimit: 10 });
    const order: number[] = [];
    let running = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        enter(admission).run(async () => {
          order.push(index);
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setImmediate(resolve));
          running -= 1;
        }),
      ),
    );
    expect(most).toBe(2);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('tells how many run and how many wait', async () => {
    const admission = createBoundedQueue({ concurrency: 1, queueLimit: 5 });
    const tasks = [createTask(), createTask(), createTask()];
    const runs = tasks.map(({ run }) => enter(admission).run(run));
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    expect([admission.running(), admission.waiting()]).toEqual([1, 2]);
    for (const { end } of tasks) end();
    await Promise.all(runs);
    await new Promise((resolve) => setImmediate(resolve));
    expect([admission.running(), admission.waiting()]).toEqual([0, 0]);
  });

  it('hands on what a task answers and what it throws, and goes on after that', async () => {
    const admission = createBoundedQueue({ concurrency: 1, queueLimit: 5 });
    const failing = enter(admission).run(() => Promise.reject(new Error('broken')));
    const working = enter(admission).run(async () => 'done');
    await expect(failing).rejects.toThrow('broken');
    await expect(working).resolves.toBe('done');
  });

  it('lets nobody wait for one who asks for much', async () => {
    const admission = createBoundedQueue({ concurrency: 1, queueLimit: 100 });
    const order: string[] = [];
    const ask = (credential: string, address: string) =>
      admission.acquire({ credential, address })?.run(async () => void order.push(address));
    const flood = Array.from({ length: 50 }, () => ask('leaked', 'many'));
    await Promise.all([...flood, ask('shop', 'first'), ask('shop', 'second')]);
    expect([order.indexOf('first'), order.indexOf('second')]).toEqual([1, 3]);
  });

  it('leaves places to others when one credential has most of them', () => {
    const admission = createBoundedQueue({ concurrency: 1, queueLimit: 15 });
    const ask = (credential: string) => admission.acquire({ credential, address: '' });
    const flood = Array.from({ length: 16 }, () => ask('leaked'));
    expect(flood.filter((slot) => slot !== undefined)).toHaveLength(14);
    expect([ask('shop'), ask('shop'), ask('shop')].map((slot) => slot !== undefined)).toEqual([
      true,
      true,
      false,
    ]);
    flood[0]?.release();
    expect(ask('leaked')).toBeDefined();
  });

  it('lets suspects have one turn at a time, behind others and not for ever', async () => {
    const admission = createBoundedQueue({ concurrency: 2, queueLimit: 100 });
    let running = 0;
    let most = 0;
    const order: string[] = [];
    const ask = (address: string, isSuspect: boolean) =>
      admission.acquire({ credential: 'shop', address, isSuspect })?.run(async () => {
        order.push(address);
        if (isSuspect) most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        if (isSuspect) running -= 1;
      });
    const flood = Array.from({ length: 20 }, (_, i) => ask(`suspect ${i}`, true));
    const people = Array.from({ length: 5 }, (_, i) => ask(`person ${i}`, false));
    await Promise.all(people);
    expect(order.filter((name) => name.startsWith('suspect')).length).toBeLessThan(6);
    await Promise.all(flood);
    expect([most, order.length]).toEqual([1, 25]);
  });

  it('runs the task of a suspect when no other runs or waits, and after a second in any case', async () => {
    const admission = createBoundedQueue({ concurrency: 2, queueLimit: 100 });
    const person = createTask();
    let ended = '';
    const ask = (address: string, isSuspect: boolean, run: () => Promise<void>) =>
      admission
        .acquire({ credential: 'shop', address, isSuspect })
        ?.run(run)
        .then(() => {
          ended += `${address} `;
        });
    const first = ask('person', false, person.run);
    const deferred = ask('suspect', true, async () => {});
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(ended).toBe('');
    person.end();
    await Promise.all([first, deferred]);
    expect(ended).toBe('person suspect ');

    const endless = createTask();
    const busy = ask('person', false, endless.run);
    await ask('suspect', true, async () => {});
    expect(ended).toBe('person suspect suspect ');
    endless.end();
    await busy;
  });

  it('leaves half of the places to callers that are no suspects', () => {
    const admission = createBoundedQueue({ concurrency: 1, queueLimit: 15 });
    const ask = (credential: string, isSuspect: boolean) =>
      admission.acquire({ credential, address: '', isSuspect });
    const flood = Array.from({ length: 16 }, (_, index) => ask(`key ${index}`, true));
    expect(flood.filter((slot) => slot !== undefined)).toHaveLength(8);
    expect(ask('shop', false)).toBeDefined();
    flood[0]?.release();
    expect(ask('key 0', true)).toBeDefined();
  });
});
