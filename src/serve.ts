import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { readConfig } from '../config/read-config.ts';
import { bootstrap } from './app/bootstrap.ts';
import { hasSessions } from './channels/registry.ts';
import { isChatter } from './channels/whatsapp/protocol/silence-libsignal.ts';
import { offerLinking, readLines } from './cli/pairing-prompt.ts';
import { describeStart } from './cli/startup-banner.ts';
import { createTerminalLog } from './cli/terminal-log.ts';
import { startServer, stopServer } from './http/server.ts';
import { startJobs } from './jobs/schedule.ts';
import { redirectConsole } from './lib/console-sink.ts';
import { createLogger, type Logger } from './lib/logger.ts';
import { systemClock } from './lib/time/clock.ts';
import { BUILD, VERSION } from './lib/version.ts';
import {
  removeExpiredMedia,
  removeOrphanedMedia,
} from './services/conversations/media/remove-media.ts';
import { eraseExpiredPosts } from './services/conversations/status/manage-posts.ts';
import {
  compareConversions,
  countEvents,
  dropOldKeys,
  expireVerifications,
  pruneLogs,
} from './services/operations/maintenance.ts';
import { resealSecrets } from './services/operations/reseal-secrets.ts';
import { continueDueRelays } from './services/relays/continue-relays.ts';
import { continueDueDeliveries } from './services/verification/sending/continue-delivery.ts';

/** How long a stopping node still responds, so that load balancers and clients move on. */
const DRAIN_MS = 1000;
const LONGEST_STOP_MS = 30_000;

/** Runs a node until a signal ends the process. @throws when it cannot start; the message says why. */
export async function serve({
  config,
  secrets,
  warnings: configWarnings,
}: ReturnType<typeof readConfig>): Promise<void> {
  const isTerminal = process.stdout.isTTY === true;
  const logger = createLogger(config.logLevel, isTerminal ? await openTerminalLog() : undefined);
  logLibraryOutput(logger);
  const print = (line: string) => process.stdout.write(`${line}\n`);
  const service = await bootstrap(config, secrets, {
    logger,
    print,
    now: systemClock,
    draw: randomInt,
  });
  const { host, port } = config.http;
  const server = await startServer({ app: service.app, host, port }).catch(async (cause: Error) => {
    await service.close();
    throw new Error(`Cannot listen on HOST=${host} PORT=${port}: ${cause.message}`, { cause });
  });
  const { sessions, nodes, settleNode } = service;
  await nodes.settleDead(settleNode);
  await sessions.keeper.restore();
  // Last, because Node loads its time zones for them: the first requests need not wait for that.
  const stopJobs = startNodeJobs(service, logger, config.retention.timeZone);
  const { argon2, names } = service;
  const { warnings, notice } = describeStart(config, { ...secrets, argon2, isTerminal });
  for (const warning of [...configWarnings, ...warnings]) logger.warn(warning);
  for (const line of notice) print(line);
  const order = config.channels.enabled.map(({ name }) => name);
  const isAttended = isTerminal && order.some(hasSessions);
  const nextChannel = order[order.findIndex(hasSessions) + 1];
  const onEnter = readLines(process.stdin);
  const endOffer = isAttended
    ? offerLinking({ sessions, sessionId: config.otp.defaultSession, nextChannel, print, onEnter })
    : undefined;
  endOffer?.catch((err: unknown) => logger.error({ err }, 'could not offer the QR code'));
  const about = { version: VERSION, build: BUILD, database: config.database.dialect };
  logger.info({ host, port, ...about, argon2, ...names }, 'ready');

  let isStopping = false;
  async function stop(signal: NodeJS.Signals): Promise<void> {
    if (isStopping) return;
    isStopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), LONGEST_STOP_MS).unref();
    service.health.startDraining();
    service.maintenance.ending.abort();
    endOffer?.then(
      (end) => end(),
      () => {},
    );
    // Requests that still arrive reach the sessions on the nodes that have them by then.
    const handingOver = sessions.keeper.handOver();
    if (signal === 'SIGTERM') await pause(DRAIN_MS);
    await Promise.all([stopServer(server), stopJobs(), handingOver]);
    await service.close();
    logger.info('stopped');
    // Baileys leaves a 30 s timer running after it has uploaded keys.
    process.exit(0);
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // In place of what ends a process that does not serve yet.
    process.removeAllListeners(signal).on(signal, () => void stop(signal));
  }
  exitOnUncaughtException(logger);
}

type Service = Awaited<ReturnType<typeof bootstrap>>;

function startNodeJobs(service: Service, logger: Logger, timeZone: string) {
  const { nodes, settleNode, verification, relays } = service;
  const { webhookJobs, media, conversations } = service;
  return startJobs({
    maintenance: toJobs(service),
    ...{ nodes, settleNode, webhooks: webhookJobs },
    continueDeliveries: () => continueDueDeliveries(verification),
    continueRelays: () => continueDueRelays(relays),
    eraseStatusPosts: () => eraseExpiredPosts(conversations),
    media: {
      removeExpired: () => removeExpiredMedia(media),
      removeOrphaned: () => removeOrphanedMedia(media),
    },
    ...{ logger, timeZone, now: systemClock },
  });
}

function exitOnUncaughtException(logger: Logger): void {
  process.on('uncaughtException', (err) => {
    logger.fatal({ err }, 'uncaught exception');
    process.exit(1);
  });
}

function toJobs({ maintenance, resealing }: Service) {
  return {
    expireVerifications: () => expireVerifications(maintenance),
    countEvents: () => countEvents(maintenance),
    compareConversions: () => compareConversions(maintenance),
    pruneLogs: () => pruneLogs(maintenance),
    dropOldKeys: () => dropOldKeys(maintenance),
    resealSecrets: () => resealSecrets(resealing),
  };
}

function openTerminalLog() {
  // https://no-color.org: any value of the variable turns colours off.
  const hasColour = !process.env['NO_COLOR'] && process.stdout.hasColors();
  return createTerminalLog({ hasColour, write: (text) => void process.stdout.write(text) });
}

/** Sends what Node and libraries print to the console to the log. */
function logLibraryOutput(logger: Logger): void {
  redirectConsole(console, {
    isChatter,
    sink: (level, text) => logger[level]({ by: 'console' }, text),
  });
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => logger.warn({ by: name }, message));
}
