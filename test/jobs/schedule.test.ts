import { getTasks, type ScheduledTask } from 'node-cron';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startJobs } from '../../src/jobs/schedule.ts';
import { createLogger } from '../../src/lib/logger.ts';
import { someOf } from '../support/full-run.ts';

const MINUTES_OF_A_DAY = 1440;
/** A zone of Europe repeats an hour on this day. */
const MIDNIGHT = Date.UTC(2026, 9, 25);

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
      expireVerifications: job('expire'),
      countEvents: job('count'),
      compareConversions: async () => {},
      pruneLogs: job('prune'),
      dropOldKeys: job('drop'),
      resealSecrets: job('reseal'),
    },
    nodes: { settleDead: async () => {} },
    settleNode: async () => 0,
    continueRelays: async () => {},
    continueDeliveries: async () => {},
    eraseStatusPosts: async () => {},
    media: { removeExpired: async () => {}, removeOrphaned: async () => {} },
    webhooks: {
      refreshWebhooks: async () => {},
      pushEvents: async () => {},
      recordDueEvents: async () => {},
    },
    logger: createLogger('info', { write: (line) => void lines.push(line) }),
    timeZone,
    now: () => new Date(),
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

/** The minutes of 25 October 2026 (UTC) at which a job runs. */
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
    vi.restoreAllMocks();
  });

  it('A41: run every minute and once an hour at half past, also in a zone that repeats an hour', async () => {
    const { stop } = start('Europe/Berlin');
    expect(minutesOf('expire-verifications')).toHaveLength(MINUTES_OF_A_DAY);
    expect(minutesOf('drop-old-keys')).toEqual(
      Array.from({ length: 24 }, (_, hour) => hour * 60 + 30),
    );
    await stop();
  });

  const nights = [
    // The clocks show two o'clock again an hour later.
    ['Europe/Berlin', '2026-10-24T23:57:00Z', '2026-10-25T00:00:00.000Z'],
    ['UTC', '2026-03-29T01:57:00Z', '2026-03-29T02:00:00.000Z'],
    ['Asia/Jakarta', '2026-03-28T18:57:00Z', '2026-03-28T19:00:00.000Z'],
    // The clocks go from two to three.
    ['Europe/Berlin', '2026-03-29T00:57:00Z', '2026-03-29T01:00:00.000Z'],
  ] as const;
  it.each(someOf(nights, nights.length))(
    'A41: prune once a day, at two by the clocks of %s (%s)',
    async (timeZone, from, at) => {
      vi.setSystemTime(new Date(from));
      const { runs, release, stop } = start(timeZone);
      release();
      const pruned = () => runs.filter((name) => name === 'prune').length;
      await vi.advanceTimersByTimeAsync(Date.parse(at) - Date.parse(from) - 1000);
      expect(pruned()).toBe(0);
      await vi.advanceTimersByTimeAsync(2000);
      expect(pruned()).toBe(1);
      // Into the hour that some zones repeat. daily.test.ts goes through all minutes of it.
      vi.setSystemTime(Date.parse(at) + 59 * 60_000);
      await vi.advanceTimersByTimeAsync(3 * 60_000);
      expect(pruned()).toBe(1);
      await stop();
    },
  );

  it('go on at once when the clock is set back by an hour, and twice at the same time never', async () => {
    const { runs, lines, release, stop } = start();
    const counted = () => runs.filter((name) => name === 'count').length;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(counted()).toBe(1);
    vi.setSystemTime(MIDNIGHT - 3_600_000);
    await vi.advanceTimersByTimeAsync(10_000);
    // The first run has not ended.
    expect(counted()).toBe(1);
    release();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(counted()).toBeGreaterThanOrEqual(12);
    expect(lines.join('')).toContain('"level":40');
    await stop();
  });

  it('do not start again while they are still running', async () => {
    const { runs, lines, release, stop } = start();
    const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) =>
      vi.spyOn(console, name),
    );
    await vi.advanceTimersByTimeAsync(5 * 60_000);
    expect(runs.filter((name) => name === 'expire')).toHaveLength(1);
    // Each turn that is left out is a line of the log, and nothing is printed beside it.
    const skipped = lines.map((line) => JSON.parse(line) as { job: string; level: number });
    expect(skipped.filter(({ job }) => job === 'expire-verifications')).toHaveLength(19);
    expect(new Set(skipped.map(({ level }) => level))).toEqual(new Set([30]));
    for (const printed of spies) expect(printed).not.toHaveBeenCalled();
    release();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(runs.filter((name) => name === 'expire')).toHaveLength(5);
    await stop();
  });

  it('run on after a failure, which the log tells', async () => {
    const { runs, lines, fail, stop } = start();
    fail(new Error('the database is away'));
    await vi.advanceTimersByTimeAsync(3 * 60_000);
    expect(runs.filter((name) => name === 'expire')).toHaveLength(12);
    expect(runs.filter((name) => name === 'count')).toHaveLength(36);
    expect(lines.join('')).toContain('the database is away');
    expect(lines.join('')).toContain('"job":"expire-verifications"');
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
