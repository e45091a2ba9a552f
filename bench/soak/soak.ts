import { setTimeout as pause } from 'node:timers/promises';
import { createTestDatabase } from '../../test/support/database/databases.ts';
import { open } from '../../test/support/database/migrated-database.ts';
import type { Bench } from '../bench.ts';
import { startWaverifyNumbers } from '../contenders/waverify-numbers.ts';
import { startWhatsAppLab } from '../contenders/whatsapp-lab.ts';
import { readMetric } from '../support/read-metric.ts';
import { RECEIVER_SETTINGS, startWebhookReceivers } from '../support/webhook-receivers.ts';
import { createClient } from './client.ts';
import { openCodeBook } from './code-book.ts';
import { COOLDOWN_SECONDS, travel } from './journeys.ts';
import { keepUsersComing, measureCapacity, startConsole } from './load-generator.ts';
import type { SoakOptions } from './options.ts';
import { startSampler } from './sampler.ts';
import { createSoakLog } from './soak-log.ts';
import { stepClock, toSettings } from './steps.ts';
import type { Counts, SoakResult } from './verdict.ts';

const SETTINGS = {
  OTP_CHANNELS: 'http,whatsapp',
  OTP_RESEND_SECONDS: String(COOLDOWN_SECONDS),
  // Phones of the lab are used again. The counters are written as always.
  LIMIT_SENDS_PER_PHONE_HOUR: '100000',
  LIMIT_SENDS_PER_PHONE_DAY: '100000',
  LIMIT_SENDS_PER_PHONE_DAY_ALL_ACCOUNTS: '100000',
};

const SHARE_OF_CAPACITY = 1 / 3;
const LAB_PHONES = 50;
const LONGEST_DRAIN_MS = 60_000;
const POLL_MS = 500;

/** Runs the service under load for so long, and measures whether it stays as it was. */
export async function soak(bench: Bench, options: SoakOptions): Promise<SoakResult> {
  const { minutes, dialect, steps, samplesPath: path } = options;
  const database = await createTestDatabase(dialect);
  const { url, statePath } = database;
  const place = { DATABASE_URL: url, STATE_PATH: statePath, SECRET_KEY: 'f'.repeat(64) };
  try {
    const lab = await startWhatsAppLab(bench);
    const receivers = await startWebhookReceivers(bench.servers);
    const settings = { ...SETTINGS, ...RECEIVER_SETTINGS, ...toSettings(steps), ...place };
    const node = await startWaverifyNumbers(bench, lab, settings);
    await node.linkNumber('default');
    const { server, headers } = node;
    await receivers.subscribe({ server, headers }, '/', ['*']);
    const log = createSoakLog();
    const codes = openCodeBook(bench.sink, lab);
    const client = createClient(server.origin, headers, log);
    const phones = [...(await lab.addPhones(LAB_PHONES))];
    const { phoneNumbers } = bench;
    const journey = () => travel({ client, codes, phoneNumbers, phones });
    const capacity = options.rate === undefined ? await measureCapacity(journey) : undefined;
    const perSecond = options.rate ?? (capacity ?? 0) * SHARE_OF_CAPACITY;
    console.error(`${perSecond.toFixed(1)} users per second for ${minutes} minutes ...`);
    log.takeInterval();
    const rows = [await countRows(database)];
    const sampler = startSampler({ server, headers, receivers, log, minutes, path });
    const reading = startConsole(client);
    const seconds = (minutes * 60) / (steps + 1);
    let users = await keepUsersComing(journey, { perSecond, seconds, log });
    for (let step = 0; step < steps; step += 1) {
      // No code is live, and no event waits: both would be too old.
      await drainWebhooks(node);
      rows.push(await countRows(database));
      stepClock(server);
      users += await keepUsersComing(journey, { perSecond, seconds, log });
    }
    await reading.stop();
    const { samples, intervals } = await sampler.stop();
    const waiting = await drainWebhooks(node);
    rows.push(await countRows(database));
    await codes.close();
    await client.close();
    // Before its database is dropped.
    await server.stop();
    return {
      ...{ options, capacity, perSecond, users, samples, intervals, rows },
      ...{ errors: log.errors, webhooksLeft: waiting, serverOutput: server.readOutput() },
    };
  } finally {
    await bench.servers.stopAll();
    await database.drop();
  }
}

/** Waits until all events are pushed. Returns how many are still waiting after a minute. */
async function drainWebhooks(node: Parameters<typeof readMetric>[0]): Promise<number> {
  const giveUpAt = performance.now() + LONGEST_DRAIN_MS;
  for (;;) {
    const waiting = await readMetric(node, 'waverify_webhook_queue_waiting');
    if (waiting === 0 || performance.now() > giveUpAt) return waiting;
    await pause(POLL_MS);
  }
}

/** The number of rows of each table. */
async function countRows(at: { readonly url: string }): Promise<Counts> {
  const database = await open(at);
  try {
    const tables = await database.sequelize.getQueryInterface().showAllTables();
    const counts: [table: string, rows: number][] = [];
    for (const table of tables.toSorted()) {
      const [row] = await database.statements.select(`SELECT count(*) AS "n" FROM "${table}"`, []);
      counts.push([table, Number(row?.['n'])]);
    }
    return new Map(counts);
  } finally {
    await database.close();
  }
}
