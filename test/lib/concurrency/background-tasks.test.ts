import { describe, expect, it } from 'vitest';
import { createBackgroundTasks } from '../../../src/lib/concurrency/background-tasks.ts';

/** A task that ends when it is asked to. */
function createTask() {
  let end = () => {};
  const task = () =>
    new Promise<void>((resolve) => {
      end = resolve;
    });
  return { task, end: () => end() };
}

describe('tasks in the background', () => {
  it('are waited for, also those that others start', async () => {
    const tasks = createBackgroundTasks({ most: 10 });
    const [first, second] = [createTask(), createTask()];
    tasks.start(() => first.task().then(() => void tasks.start(second.task)));
    let isFinished = false;
    const finished = tasks.finish().then(() => {
      isFinished = true;
    });
    first.end();
    await expect.poll(() => isFinished, { timeout: 50 }).toBe(false);
    second.end();
    await finished;
  });

  it('are at most as many as allowed at the same time', async () => {
    const tasks = createBackgroundTasks({ most: 1 });
    const first = createTask();
    expect([tasks.start(first.task), tasks.start(first.task)]).toEqual([true, false]);
    first.end();
    await tasks.finish();
    expect(tasks.start(async () => {})).toBe(true);
    await tasks.finish();
  });
});
