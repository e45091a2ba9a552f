import type { Config } from '../config/config.ts';
import { withMigrator } from '../database/migrate.ts';
import { migrations } from '../database/migrations/index.ts';

import { createConsoleChannel } from './channels/console/console-channel.ts';
import type { Channel } from './channels/contract.ts';
import { createHttpChannel } from './channels/http/http-channel.ts';
import { createSessionPool, type PoolOptions } from './channels/whatsapp/session-pool.ts';
import { DEFAULT_TIMING, type Timing } from './channels/whatsapp/timing.ts';
import { createWhatsAppChannel } from './channels/whatsapp/whatsapp-channel.ts';
import type { ChannelName } from './domain/delivery.ts';
import type { DrawInteger } from './domain/passcode.ts';
import { parseRecipient } from './domain/phone-number.ts';
import { createApp } from './http/app.ts';
import { createAdmission } from './lib/admission.ts';
import { type Argon2Engine, loadArgon2Engine } from './lib/argon2-engine.ts';
import type { Clock } from './lib/clock.ts';
import type { Logger } from './lib/logger.ts';
import { createSealer } from './lib/sealing.ts';
import { createSecretKey, drawFraction } from './lib/secrets.ts';
import { createActivityService } from './services/activity/activity-service.ts';
import { createDeliveryService } from './services/delivery/delivery-service.ts';
import { createHealthService } from './services/health/health-service.ts';
import { createIdempotencyService } from './services/idempotency/idempotency-service.ts';
import { createLimits } from './services/limits/limit.ts';
import { createLimiterService } from './services/limits/limiter-service.ts';
import { createMaintenanceService } from './services/maintenance/maintenance-service.ts';
import { createMetrics } from './services/metrics/metrics-service.ts';
import { createContactBudget } from './services/sessions/contact-budget.ts';
import { createSessionService } from './services/sessions/session-service.ts';
import { createPasscodeHasher } from './services/verification/passcode-hasher.ts';
import { createVerificationService } from './services/verification/verification-service.ts';
import { createActivityStore } from './storage/activity-store.ts';
import { createChallengeStore } from './storage/challenge-store.ts';
import { createContactStore } from './storage/contact-store.ts';
import { type CounterStore, createCounterStore } from './storage/counter-store.ts';
import { createCredentialStore } from './storage/credential-store.ts';
import { type Database, openDatabase } from './storage/database.ts';
import { createDeliveryStore } from './storage/delivery-store.ts';
import { createIdempotencyStore } from './storage/idempotency-store.ts';
import { createLeaseStore } from './storage/lease-store.ts';
import { createSessionStore } from './storage/session-store.ts';

export type Secrets = {
  readonly secretKey: string;
  readonly previousSecretKey: string | undefined;
  readonly apiKey: string;
};

/** What the world outside gives: tests put their own in its place. */
export type Surroundings = {
  readonly logger: Logger;
  readonly now: Clock;
  readonly draw: DrawInteger;
  /** Shows the operator one line that must not be logged. */
  readonly print: (line: string) => void;
  /** Shorter waits towards WhatsApp, for those who cannot wait. */
  readonly whatsappTiming?: Partial<Timing>;
};

/** How many hashes may wait for a core before callers are turned away. */
const HASH_QUEUE = 64;

/**
 * Opens and migrates the database and builds the object graph over it. The only file that names
 * concrete parts. The caller closes what it returns.
 */
export async function bootstrap(config: Config, secrets: Secrets, surroundings: Surroundings) {
  const { logger } = surroundings;
  await withMigrator(config.database, (migrator) => migrator.up());
  const database = await openDatabase(config.database);
  const engine = await loadArgon2Engine();
  const services = await createServices(config, { database, engine, secrets, surroundings });
  const health = createHealthService({ database, migrations: migrations.map(({ name }) => name) });
  const app = createApp({
    ...services,
    health,
    logger,
    readRecipient: (text) =>
      parseRecipient(text, {
        defaultRegion: config.regions.default,
        allowedRegions: config.regions.allowed,
      }),
    readOwnNumber: (text) =>
      parseRecipient(text, { defaultRegion: config.regions.default, allowedRegions: ['*'] }),
    passcodeLength: config.otp.length,
    apiKey: secrets.apiKey,
    ...config.http,
  });
  async function close(): Promise<void> {
    await services.closeChannels();
    await database.close();
  }
  return { app, health, database, argon2: engine.name, ...services, close };
}

type Ground = {
  readonly database: Database;
  readonly engine: Argon2Engine;
  readonly secrets: Secrets;
  readonly surroundings: Surroundings;
};

async function createServices(config: Config, { database, engine, secrets, surroundings }: Ground) {
  const { logger, now, draw } = surroundings;
  const { memoryKib, timeCost, concurrency } = config.hashing;
  const hashing = createAdmission({ concurrency, queueLimit: HASH_QUEUE });
  const metrics = createMetrics({ hashing });
  const secretKey = createSecretKey(secrets.secretKey);
  const { previousSecretKey } = secrets;
  const previous = previousSecretKey === undefined ? undefined : createSecretKey(previousSecretKey);
  const cost = { memoryKib, timeCost };
  const hasher = await createPasscodeHasher({ engine, cost, current: secretKey, previous });

  const challenges = createChallengeStore(database);
  const deliveries = createDeliveryStore(database);
  const contacts = createContactStore(database);
  const counters = createCounterStore(database);
  const activities = createActivityStore(database);
  const keys = createIdempotencyStore(database);
  const leases = createLeaseStore(database);
  const sessionRows = createSessionStore(database);

  const activity = createActivityService({ activities, logger, now });
  const limiter = createLimiterService({
    counters,
    onRefusal: activity.noteLimitHit,
    metrics,
    now,
  });
  const limits = createLimits(config);
  const { timeoutSeconds } = config.channels;
  const credentials = createCredentialStore(database);
  const stores = { credentials, records: sessionRows, contacts, leases };
  const record = activity.note;
  const sealer = createSealer({ current: secretKey, previous });
  const onDelivery: PoolOptions['onDelivery'] = (news) => delivery.recordNews(news);
  const ground = { stores, counters, surroundings };
  const pool = createWhatsAppPool(config, ground, { sealer, record, onDelivery });
  const { defaultSession } = config.otp;
  const channels = config.channels.order.map((name) =>
    name === 'whatsapp'
      ? createWhatsAppChannel({ pool, contacts, defaultSession, record })
      : createChannel(name, config, surroundings),
  );
  const delivery = createDeliveryService({
    ...{ deliveries, channels, timeoutSeconds, metrics, logger, now },
  });
  const { keeper } = pool;
  metrics.watchSessions(() => keeper.report());
  const sessions = createSessionService({
    ...{ sessions: sessionRows, leases, keeper, activity, limiter, limits },
    ...{ timeoutSeconds, now, logger },
  });
  const verification = createVerificationService({
    ...{ challenges, deliveries, delivery, limiter, limits, activity },
    ...{ hasher, hashing, policy: config.otp, metrics, logger, now, draw },
  });
  const { retention } = config;
  const maintenance = createMaintenanceService({
    ...{ activities, challenges, contacts, counters, deliveries, keys, leases, retention },
    ...{ logger, now },
  });
  const idempotency = createIdempotencyService({ keys, secretKey, now });
  async function closeChannels(): Promise<void> {
    await keeper.close();
    await Promise.all(channels.map((channel) => channel.close()));
  }
  return { verification, sessions, idempotency, maintenance, metrics, closeChannels };
}

type PoolGround = Pick<Ground, 'surroundings'> & {
  readonly stores: Pick<PoolOptions, 'credentials' | 'records' | 'contacts' | 'leases'>;
  readonly counters: CounterStore;
};

/** The linked numbers of this node. */
function createWhatsAppPool(
  { whatsapp }: Config,
  { stores, counters, surroundings }: PoolGround,
  hooks: Pick<PoolOptions, 'sealer' | 'record' | 'onDelivery'>,
) {
  const { logger, now, whatsappTiming } = surroundings;
  const { socketUrl: url, version, newContactsPerDay, spacingMs, ackMs } = whatsapp;
  return createSessionPool({
    ...stores,
    ...hooks,
    socketOptions: { url, version, timing: { ...DEFAULT_TIMING, ...whatsappTiming } },
    sending: { spacingMs, ackMs },
    budget: createContactBudget({ counters, perDay: newContactsPerDay, now }),
    ...{ now, random: drawFraction, logger },
  });
}

function createChannel(
  name: Exclude<ChannelName, 'whatsapp'>,
  { channels }: Config,
  { print }: Surroundings,
): Channel {
  if (name === 'console') return createConsoleChannel(print);
  const { url = '', token } = channels.http; // The environment was refused without an address.
  return createHttpChannel({ url, token });
}
