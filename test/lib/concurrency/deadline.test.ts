import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { orDeadline } from '../../../src/lib/concurrency/deadline.ts';

const never = () => new Promise<never>(() => {});
const listenersOf = ({ signal }: AbortController) => getEventListeners(signal, 'abort').length;

describe('a promise with a deadline', () => {
  it('hands on what comes in time, and what fails in time', async () => {
    const { signal } = new AbortController();
    await expect(orDeadline(Promise.resolve('here'), signal)).resolves.toBe('here');
    await expect(orDeadline(Promise.reject(new Error('broken')), signal)).rejects.toThrow('broken');
  });

  it('fails with the reason of the deadline when that comes first', async () => {
    const deadline = new AbortController();
    const waiting = orDeadline(never(), deadline.signal);
    const reason = new Error('too late');
    deadline.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });

  it('fails with the error that the caller has for it', async () => {
    const deadline = new AbortController();
    const waiting = orDeadline(never(), deadline.signal, () => new Error('nobody answered'));
    deadline.abort();
    await expect(waiting).rejects.toThrow('nobody answered');
  });

  it('fails at once when the deadline is over already, and leaves no rejection unheard', async () => {
    const waiting = orDeadline(never(), AbortSignal.abort('over'));
    await expect(waiting).rejects.toBe('over');
    let fail = (_: Error) => {};
    const late = new Promise<never>((_, reject) => {
      fail = reject;
    });
    await expect(orDeadline(late, AbortSignal.abort('over'))).rejects.toBe('over');
    // Vitest fails a run in which a rejection was heard by nobody.
    fail(new Error('later than anybody waits'));
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('listens to the signal for no longer than it waits', async () => {
    const deadline = new AbortController();
    const { signal } = deadline;
    const waiting = [orDeadline(never(), signal), orDeadline(never(), signal)];
    expect(listenersOf(deadline)).toBe(2);
    await orDeadline(Promise.resolve(), signal);
    await orDeadline(Promise.reject(new Error('broken')), signal).catch(() => {});
    expect(listenersOf(deadline)).toBe(2);
    deadline.abort();
    await Promise.allSettled(waiting);
    expect(listenersOf(deadline)).toBe(0);
  });
});
