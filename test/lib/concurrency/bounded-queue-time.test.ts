import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createAdmission } from '../../../src/lib/concurrency/bounded-queue.ts';

/** Enters as often as there is a place; returns the tickets. */
function fill(admission: ReturnType<typeof createAdmission>) {
  const tickets = [];
  for (let ticket = admission.enter(); ticket; ticket = admission.enter()) tickets.push(ticket);
  return tickets;
}

describe('an admission that is bounded by time', () => {
  it('lets in as many as are done within the longest wait', () => {
    expect(fill(createAdmission({ concurrency: 2, maxWaitMs: 1000, taskMs: 10 }))).toHaveLength(
      202,
    );
    expect(fill(createAdmission({ concurrency: 1, maxWaitMs: 1000, taskMs: 100 }))).toHaveLength(
      11,
    );
  });

  it('learns from the tasks of late how long they take', async () => {
    const admission = createAdmission({ concurrency: 4, maxWaitMs: 1000, taskMs: 1 });
    const before = fill(admission);
    for (const ticket of before) ticket.leave();
    const tasks = fill(admission).slice(0, 40);
    await Promise.all(tasks.map((ticket) => ticket.run(() => pause(20))));
    for (const ticket of before.slice(0, before.length)) ticket.leave();
    expect(fill(admission).length).toBeLessThan(before.length / 4);
  });

  it('F1: names each caller who is turned away a wait of its own, in which its place comes free', () => {
    const admission = createAdmission({ concurrency: 1, maxWaitMs: 1000, taskMs: 500 });
    fill(admission);
    const waits = Array.from({ length: 6 }, () => admission.retryAfterSeconds());
    // A place comes free each half second; the waits leave half as much again.
    expect(waits).toEqual([1, 2, 3, 3, 4, 5]);
  });
});
