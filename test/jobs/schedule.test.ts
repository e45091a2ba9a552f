import { getTasks, type ScheduledTask } from 'node-cron';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startJobs } from '../../src/jobs/schedule.ts';
import { createLogger } from '../../src/lib/logger.ts';

const MINUTES_OF_A_DAY = 1440;
const MIDNIGHT = Date.UTC(2026, 2, 29);

/** Starts jobs that note their runs and go on until they are released. */
function start(timeZone = 'UTC') {
  const runs: string[] = [];
  const lines: string[] = [];
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let failure: Error | undefined;
  const job = (name: string) => async () => {
    runs.push(name);
    if (failure) throw failure;
    await released;
    return undefined;
  };
  const stop = startJobs({
    maintenance: {
      expireChallenges: job('expire'),
      countEvents: job('count'),
      pruneLogs: job('prune'),
      dropOldKeys: job('drop'),
    },
    sessions: { restoreAll: async () => {} },
    logger: createLogger('info', { write: (line) => void lines.push(line) }),
    timeZone,
  });
  const fail = (error: Error) => {
    failure = error;
  };
  return { runs, lines, release: () => release(), fail, stop };
}

function findTask(name: string): ScheduledTask {
  const task = [...getTasks().values()].find((one) => one.name === name);
  if (!task) throw new Error(`no job is called ${name}`);
  return task;
}

/** The minutes of 29 March 2026 (UTC) at which a job runs. */
function minutesOf(name: string): number[] {
  const task = findTask(name);
  return Array.from({ length: MINUTES_OF_A_DAY }, (_, minute) => minute).filter((minute) =>
    task.match(new Date(MIDNIGHT + minute * 60_000)),
  );
}

describe('the jobs', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: MIDNIGHT + 30_000 });
  });
  afterEach(async () => {
    await Promise.all([...getTasks().values()].map((task) => task.destroy()));
    vi.useRealTimers();
  });

  it('A41: run every minute, once a day at two and once an hour at half past, in UTC', async () => {
    const { stop } = start();
    expect(minutesOf('expire-challenges')).toHaveLength(MINUTES_OF_A_DAY);
    expect(minutesOf('restore-sessions')).toHaveLength(MINUTES_OF_A_DAY);
    expect(minutesOf('prune-logs')).toEqual([120]);
    expect(minutesOf('drop-old-keys')).toEqual(
      Array.from({ length: 24 }, (_, hour) => hour * 60 + 30),
    );
    await stop();
  });

  it('follow the time zone of the operator', async () => {
    const { stop } = start('Asia/Jakarta');
    expect(minutesOf('prune-logs')).toEqual([19 * 60]);
    await stop();
  });

  it('A41: run once on the day when a zone skips the hour', async () => {
    const { stop } = start('Europe/Berlin');
    const [next, after] = findTask('prune-logs').getNextRuns(2);
    const hours = ((after?.getTime() ?? 0) - (next?.getTime() ?? 0)) / 3_600_000;
    expect(hours).toBeGreaterThanOrEqual(22);
    expect(hours).toBeLessThanOrEqual(26);
    await stop();
  });

  it('do not start again while they are still running', async () => {
    const { runs, release, stop } = start();
    await vi.advanceTimersByTimeAsync(5 * 60_000);
    expect(runs.filter((name) => name === 'expire')).toHaveLength(1);
    release();
    await vi.advanceTimersByTimeAsync(2 * 60_000);
    expect(runs.filter((name) => name === 'expire')).toHaveLength(3);
    await stop();
  });

  it('run on after a failure, which the log tells', async () => {
    const { runs, lines, fail, stop } = start();
    fail(new Error('the database is away'));
    await vi.advanceTimersByTimeAsync(3 * 60_000);
    expect(runs.filter((name) => name === 'expire')).toHaveLength(3);
    expect(runs.filter((name) => name === 'count')).toHaveLength(36);
    expect(lines.join('')).toContain('the database is away');
    expect(lines.join('')).toContain('"job":"expire-challenges"');
    await stop();
  });

  it('are waited for when they are stopped, and do not start again', async () => {
    const { runs, release, stop } = start();
    await vi.advanceTimersByTimeAsync(60_000);
    let isStopped = false;
    const stopping = stop().then(() => {
      isStopped = true;
    });
    await vi.advanceTimersByTimeAsync(3 * 60_000);
    expect(isStopped).toBe(false);
    release();
    await vi.advanceTimersByTimeAsync(0);
    await stopping;
    await vi.advanceTimersByTimeAsync(3 * 60_000);
    expect(runs.sort()).toEqual(['count', 'expire']);
  });
});
