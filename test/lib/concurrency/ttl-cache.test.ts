import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createTtlCache } from '../../../src/lib/concurrency/ttl-cache.ts';

const LONG_MS = 60_000;

type Ending = {
  readonly answer: (result: string | undefined) => void;
  readonly fail: () => void;
};

/** A memory whose loads end when the test says so. */
function createSlowRecall(keepMs = LONG_MS) {
  const endings: Ending[] = [];
  const load = () =>
    new Promise<string | undefined>((resolve, reject) => {
      endings.push({ answer: resolve, fail: () => reject(new Error('broken')) });
    });
  return {
    ...createTtlCache(load, { keepMs }),
    loads: () => endings.length,
    answer: (index: number, result: string | undefined) => endings[index]?.answer(result),
    fail: (index: number) => endings[index]?.fail(),
  };
}

/** A memory that is told at once how many loads there were. */
function createCountingRecall() {
  let loads = 0;
  return createTtlCache(async (key) => `${key}${++loads}`, { keepMs: LONG_MS });
}

describe('recalling', () => {
  it('loads a key once for all who ask while it loads, and for those who ask later', async () => {
    const memory = createSlowRecall();
    const early = Array.from({ length: 50 }, () => memory.recall('a'));
    memory.answer(0, 'found');
    expect(new Set(await Promise.all(early))).toEqual(new Set(['found']));
    expect(await memory.recall('a')).toBe('found');
    expect(memory.loads()).toBe(1);
  });

  it('loads each key for itself', async () => {
    const { recall } = createCountingRecall();
    expect(await Promise.all(['a', 'b', 'a'].map(recall))).toEqual(['a1', 'b2', 'a1']);
  });

  it('loads anew when the time is over, counted from the beginning of the load', async () => {
    const memory = createSlowRecall(30);
    const first = memory.recall('a');
    await pause(40);
    memory.answer(0, 'slow');
    expect(await first).toBe('slow');
    const second = memory.recall('a');
    memory.answer(1, 'new');
    expect(await second).toBe('new');
  });

  it('does not remember that there was nothing', async () => {
    const memory = createSlowRecall();
    const both = Promise.all([memory.recall('a'), memory.recall('a')]);
    memory.answer(0, undefined);
    expect(await both).toEqual([undefined, undefined]);
    const next = memory.recall('a');
    memory.answer(1, 'made meanwhile');
    expect(await next).toBe('made meanwhile');
  });

  it('does not remember a failure', async () => {
    const memory = createSlowRecall();
    const failing = memory.recall('a');
    memory.fail(0);
    await expect(failing).rejects.toThrow('broken');
    const next = memory.recall('a');
    memory.answer(1, 'well again');
    expect(await next).toBe('well again');
  });

  it('keeps a newer load when an older one of the same key turns out empty', async () => {
    const memory = createSlowRecall();
    const old = memory.recall('a');
    memory.forget('a');
    const young = memory.recall('a');
    memory.answer(1, 'young');
    memory.answer(0, undefined);
    expect(await Promise.all([old, young])).toEqual([undefined, 'young']);
    expect(await memory.recall('a')).toBe('young');
    expect(memory.loads()).toBe(2);
  });

  it('remembers no more than 10,000 keys, the ones that were asked for last', async () => {
    const { recall } = createCountingRecall();
    for (let index = 0; index <= 10_000; index += 1) await recall(`${index}:`);
    expect(await recall('10000:')).toBe('10000:10001');
    expect(await recall('0:')).toBe('0:10002');
  });
});

describe('forgetting', () => {
  it('has the next call load anew, and leaves other keys alone', async () => {
    const { recall, forget } = createCountingRecall();
    expect([await recall('a'), await recall('b')]).toEqual(['a1', 'b2']);
    forget('a');
    expect([await recall('a'), await recall('b')]).toEqual(['a3', 'b2']);
  });

  it('everything has every key load anew', async () => {
    const { recall, forgetAll } = createCountingRecall();
    await Promise.all(['a', 'b'].map(recall));
    forgetAll();
    expect([await recall('a'), await recall('b')]).toEqual(['a3', 'b4']);
  });

  it.each(['forget', 'forgetAll'] as const)(
    'by %s also undoes what a load that began before brings later',
    async (how) => {
      const memory = createSlowRecall();
      const before = memory.recall('a');
      memory[how]('a');
      memory.answer(0, 'as it was');
      expect(await before).toBe('as it was');
      const after = memory.recall('a');
      memory.answer(1, 'as it is');
      expect(await after).toBe('as it is');
    },
  );
});
