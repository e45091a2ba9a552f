import { afterAll, beforeAll, expect, it } from 'vitest';
import { runExclusive } from '../../src/services/operations/run-exclusive.ts';
import { createHarness, type Harness } from '../support/http/harness.ts';

let h: Harness;

beforeAll(async () => {
  h = await createHarness();
});
afterAll(() => h.close());

it('a job that has much left to do ends after its step when the process stops, and another can go on', async () => {
  const ending = new AbortController();
  let steps = 0;
  const step = async () => {
    steps += 1;
    if (steps === 3) ending.abort();
    if (steps > 10) throw new Error('it goes on');
    return { rows: 1, isDone: false };
  };
  const job = { name: 'much-to-do', step };
  const { maintenance } = h;
  expect(await runExclusive({ ...maintenance, ending }, job)).toEqual({ rows: 3, isDone: false });
  const next = { name: 'much-to-do', step: async () => ({ rows: 0, isDone: true }) };
  const other = { ...maintenance, owner: 'another process' };
  expect(await runExclusive(other, next)).toEqual({ rows: 0, isDone: true });
});
