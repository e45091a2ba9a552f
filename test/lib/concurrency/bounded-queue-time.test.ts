import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createBoundedQueue } from '../../../src/lib/concurrency/bounded-queue.ts';

/** Enters as often as there is a place; returns the tickets. */
function fill(admission: ReturnType<typeof createBoundedQueue>) {
  const tickets = [];
  for (let slot = admission.acquire(); slot; slot = admission.acquire()) tickets.push(slot);
  return tickets;
}

describe('an admission that is bounded by time', () => {
  it('lets in as many as are done within the longest wait', () => {
    expect(fill(createBoundedQueue({ concurrency: 2, maxWaitMs: 1000, taskMs: 10 }))).toHaveLength(
      202,
    );
    expect(fill(createBoundedQueue({ concurrency: 1, maxWaitMs: 1000, taskMs: 100 }))).toHaveLength(
      11,
    );
  });

  it('learns from the tasks of late how long they take', async () => {
    const admission = createBoundedQueue({ concurrency: 4, maxWaitMs: 1000, taskMs: 1 });
    const before = fill(admission);
    for (const slot of before) slot.release();
    const tasks = fill(admission).slice(0, 40);
    await Promise.all(tasks.map((slot) => slot.run(() => pause(20))));
    for (const slot of before.slice(0, before.length)) slot.release();
    expect(fill(admission).length).toBeLessThan(before.length / 4);
  });

  it('F1: names each caller who is turned away a wait of its own, in which its place comes free', () => {
    const admission = createBoundedQueue({ concurrency: 1, maxWaitMs: 1000, taskMs: 500 });
    fill(admission);
    const waits = Array.from({ length: 6 }, () => admission.retryAfterSeconds());
    // A place comes free each half second; the waits leave half as much again.
    expect(waits).toEqual([1, 2, 3, 3, 4, 5]);
  });
});
