import { schedule } from 'node-cron';
import type { Logger } from '../lib/logger.ts';
import type { Clock } from '../lib/time/clock.ts';
import type { NodeService } from '../services/operations/node-service.ts';
import { watchClock } from './clock-watch.ts';
import { createDailyTimer } from './daily.ts';

/** The jobs of services/operations/. */
type Maintenance = {
  readonly expireVerifications: () => Promise<unknown>;
  readonly countEvents: () => Promise<unknown>;
  readonly compareConversions: () => Promise<unknown>;
  readonly pruneLogs: () => Promise<unknown>;
  readonly dropOldKeys: () => Promise<unknown>;
  readonly resealSecrets: () => Promise<unknown>;
};

type Options = {
  readonly maintenance: Maintenance;
  readonly nodes: Pick<NodeService, 'settleDead'>;
  readonly settleNode: (nodeId: string) => Promise<number>;
  /** Starts the next steps of deliveries that are due. */
  readonly continueDeliveries: () => Promise<unknown>;
  /** The same for codes that other servers own. */
  readonly continueRelays: () => Promise<unknown>;
  /** The jobs of app/parts/webhooks.ts. */
  readonly webhooks: {
    readonly refreshWebhooks: () => Promise<unknown>;
    readonly pushEvents: () => Promise<unknown>;
    readonly recordDueEvents: () => Promise<unknown>;
  };
  /** Deletes status posts that are no longer shown. */
  readonly eraseStatusPosts: () => Promise<unknown>;
  /** Delete files of messages. */
  readonly media: {
    readonly removeExpired: () => Promise<unknown>;
    readonly removeOrphaned: () => Promise<unknown>;
  };
  readonly logger: Logger;
  /** The zone of the daily job. */
  readonly timeZone: string;
  readonly now: Clock;
};

/** Pruning starts at two o'clock. */
const PRUNING_HOUR = 2;

/** Starts the recurring jobs. The returned function stops them and waits for running ones. */
export function startJobs({
  maintenance,
  nodes,
  settleNode,
  continueDeliveries,
  continueRelays,
  webhooks,
  media,
  eraseStatusPosts,
  logger,
  timeZone,
  now,
}: Options): () => Promise<void> {
  const running = new Set<Promise<unknown>>();

  function every(expression: string, name: string, job: () => Promise<unknown>) {
    let present: Promise<unknown> | undefined;
    async function start(): Promise<unknown> {
      const execution = job()
        .catch((err: unknown) => logger.error({ err, job: name }, 'job failed'))
        .finally(() => {
          running.delete(execution);
          present = undefined;
        });
      running.add(execution);
      return execution;
    }
    // After a restart, node-cron does not know what is still running.
    const run = () => {
      present ??= start();
      return present;
    };
    // In UTC: in a local zone, jobs that run every minute would pause while an hour is repeated.
    const options = { name, timezone: 'UTC', noOverlap: true };
    return schedule(expression, run, { ...options, logger: toCronLogger(logger, name) });
  }

  /** A cron schedule in a local zone would omit the day on which the clocks skip the hour. */
  function daily(job: () => Promise<unknown>) {
    const isDue = createDailyTimer({ hour: PRUNING_HOUR, timeZone }, now());
    return async () => (isDue(now()) ? job() : undefined);
  }

  const tasks = [
    every('*/2 * * * * *', 'settle-dead-nodes', () => nodes.settleDead(settleNode)),
    every('* * * * * *', 'continue-deliveries', continueDeliveries),
    every('* * * * * *', 'continue-relays', continueRelays),
    every('*/2 * * * * *', 'refresh-webhooks', webhooks.refreshWebhooks),
    every('* * * * * *', 'push-events', webhooks.pushEvents),
    every('*/5 * * * * *', 'record-due-events', webhooks.recordDueEvents),
    // Within a minute of its end, nothing is left that could send a code again, even if a node dies during this job.
    every('*/15 * * * * *', 'expire-verifications', maintenance.expireVerifications),
    every('*/5 * * * * *', 'count-events', maintenance.countEvents),
    every('30 */5 * * * *', 'watch-conversions', maintenance.compareConversions),
    every('* * * * *', 'prune-logs', daily(maintenance.pruneLogs)),
    every('30 * * * *', 'drop-old-keys', maintenance.dropOldKeys),
    every('50 * * * *', 'reseal-secrets', maintenance.resealSecrets),
    every('45 * * * *', 'remove-expired-media', media.removeExpired),
    every('40 * * * * *', 'erase-status-posts', eraseStatusPosts),
    every('20 * * * * *', 'remove-orphaned-media', media.removeOrphaned),
  ];

  const endWatch = watchClock(now, () => {
    logger.warn('the clock was set back: the jobs are scheduled again');
    for (const task of tasks) {
      void task.stop();
      void task.start();
    }
  });

  return async () => {
    endWatch();
    await Promise.all(tasks.map((task) => task.stop()));
    await Promise.all(running);
  };
}

/** Logs the messages of node-cron. Its warnings are about runs that were skipped, which the next run makes up for. */
function toCronLogger(logger: Logger, job: string) {
  const say = (level: 'debug' | 'info' | 'error') => (message: string | Error, err?: Error) => {
    const cause = message instanceof Error ? message : err;
    logger[level]({ job, ...(cause && { err: cause }) }, String(message));
  };
  return { info: say('debug'), debug: say('debug'), warn: say('info'), error: say('error') };
}
