import type { Config } from '../../config/config.ts';
import { openMigrated } from '../../database/migrate.ts';
import { migrationNames } from '../../database/migration-names.ts';
import type { ReceivedText } from '../channels/contract.ts';
import { DEFAULT_ACCOUNT_ID } from '../domain/access/caller.ts';
import { parseNumber, toRecipient } from '../domain/phone-number/phone-number.ts';
import { createApp } from '../http/app.ts';
import { loadArgon2Engine } from '../lib/crypto/argon2-engine.ts';
import { rememberResults } from '../lib/recent-entries.ts';
import { createUsageService } from '../services/analytics/usage-service.ts';
import { readSenderName } from '../services/delivery/sender-settings.ts';
import { createHealthService } from '../services/operations/health-service.ts';
import type { NodeService } from '../services/operations/node-service.ts';
import { createWriteProbe } from '../services/operations/write-probe.ts';
import type { RecipientContext } from '../services/privacy/context.ts';
import type { InboundContext } from '../services/verification/inbound/context.ts';
import { receiveText } from '../services/verification/inbound/messages/receive-text.ts';
import { settleSends } from '../services/verification/sending/settle-sends.ts';
import type { SessionContext } from '../services/whatsapp/context.ts';
import { createSessionRemovals } from '../services/whatsapp/session-removals.ts';
import { describeOpenFault } from '../storage/describe-open-fault.ts';
import { acquireExclusiveUse, acquireOfflineUse } from '../storage/exclusive-use.ts';
import {
  createInfrastructure,
  type Infrastructure,
  type Platform,
  type Secrets,
} from './infrastructure.ts';
import { joinNodes } from './join-nodes.ts';
import { buildAccess } from './parts/access.ts';
import { buildAnalytics } from './parts/analytics.ts';
import { buildConversations } from './parts/conversations.ts';
import { buildDelivery } from './parts/delivery.ts';
import { buildHooks } from './parts/hooks.ts';
import { buildInbound } from './parts/inbound.ts';
import { buildMedia } from './parts/media.ts';
import { buildIdempotency, buildMaintenance, buildResealing } from './parts/operations.ts';
import { buildPages, buildProofs, buildTwilio, buildVerification } from './parts/verification.ts';
import { buildWebhooks } from './parts/webhooks.ts';
import { buildSessionImport } from './parts/whatsapp.ts';
import { openTracer } from './tracing.ts';
import { warnIfNewer } from './warn-if-newer.ts';

export type { Platform, Secrets };

/** How many parsed numbers are remembered: more than codes that are being entered at one moment. */
const PARSED_NUMBERS = 2000;

/**
 * Opens and migrates the database and builds the object graph. Only the files of this folder name
 * concrete implementations. The caller closes what it returns.
 */
export async function bootstrap(config: Config, secrets: Secrets, platform: Platform) {
  const { role = 'node' } = platform;
  const exclusiveUse = role === 'guest' ? undefined : await ACQUIRE_USE[role](config.database);
  try {
    const service = await openService(config, secrets, platform);
    if (role === 'node') await service.probe.start();
    return {
      ...service,
      async close(): Promise<void> {
        await service.close();
        await exclusiveUse?.release();
      },
    };
  } catch (error) {
    await exclusiveUse?.release();
    throw error;
  }
}

const ACQUIRE_USE = { node: acquireExclusiveUse, alone: acquireOfflineUse };

async function openService(config: Config, secrets: Secrets, platform: Platform) {
  const database = await openMigrated(config.database).catch((error: unknown) => {
    throw describeOpenFault(config.database, error);
  });
  await database.models.Account.ensure(DEFAULT_ACCOUNT_ID, platform.now());
  const engine = await loadArgon2Engine();
  const isNode = (platform.role ?? 'node') === 'node';
  if (isNode) await warnIfNewer(database, platform.logger);
  const tracer = isNode ? await openTracer(config) : undefined;
  const infrastructure = createInfrastructure(config, {
    ...{ database, engine, secrets, platform, tracer },
  });
  const nodes = await joinNodes(infrastructure);
  const { logger } = platform;
  const { default: defaultRegion, allowed: allowedRegions } = config.regions;
  const { phoneValidation: validation } = config;
  // A number is parsed for its send, its verify and their lines in the log.
  const parse = rememberResults(
    (text) => parseNumber(text, { defaultRegion, validation }),
    PARSED_NUMBERS,
  );
  const readRecipient: ReadRecipient = (text) => toRecipient(parse(text), { allowedRegions });
  const { closeServices, ...services } = buildServices(infrastructure, nodes, readRecipient);
  await services.webhookJobs.refreshWebhooks();
  const probe = createWriteProbe({ database, beat: nodes.beat, logger });
  const health = createHealthService({ database, probe, migrations: migrationNames });
  const app = createApp({
    ...services,
    health,
    logger,
    readRecipient,
    readOwnNumber: (text) => toRecipient(parse(text), { allowedRegions: ['*'] }),
    readCompanyName: (caller, text) => readSenderName(services.senders, caller, text),
    codeLength: config.otp.length,
    tracer,
    publicUrl: config.publicUrl,
    ...config.http,
  });
  async function close(): Promise<void> {
    // While they send, the heartbeat goes on, so that no other node takes this one for dead.
    await services.verification.sendsInBackground.finish();
    await probe.stop();
    await closeServices();
    await infrastructure.bus.close();
    await nodes.close();
    await database.close();
    await tracer?.close();
  }
  /** Under which other nodes know this one, in their logs and in the database. */
  const names = { node: infrastructure.nodeId, process: infrastructure.processName };
  return { app, health, probe, database, argon2: engine.name, names, nodes, ...services, close };
}

type ReadRecipient = InboundContext['readNumber'];

function buildServices(
  infrastructure: Infrastructure,
  nodes: NodeService,
  readRecipient: ReadRecipient,
) {
  const { platform, stores, metrics, activity, limiter } = infrastructure;
  const { logger, now } = platform;
  const channels = buildDelivery(infrastructure);
  const access = buildAccess(infrastructure);
  const { verification, testNumbers, pumping } = buildVerification(infrastructure, {
    nodes,
    delivery: channels.delivery,
  });
  const inbound = buildInbound(infrastructure, {
    ...{ verification, readNumber: readRecipient, keeper: channels.keeper },
  });
  const proofs = buildProofs(infrastructure, verification);
  const figures = buildAnalytics(infrastructure, pumping);
  const usage = createUsageService({ usages: stores.usages, logger, now });
  const maintenance = buildMaintenance(infrastructure, figures);
  const webhooks = buildWebhooks(infrastructure);
  const recipients: RecipientContext = {
    ...stores,
    forgetRecipient: channels.keeper.forgetRecipient,
    ...{ testNumbers, maintenance, activity, now },
  };
  const sessions = buildSessions(infrastructure, channels.keeper);
  const media = buildMedia(infrastructure, channels.keeper);
  const conversations = buildConversations(infrastructure, {
    ...{ webhooks, whatsapp: sessions, media: media.context },
  });
  const idempotency = buildIdempotency(infrastructure);
  return {
    ...access,
    ...{ testNumbers, usage, activity, ...figures, metrics, limiter },
    ...{ senders: channels.senders, templates: channels.templates, workflows: channels.workflows },
    logs: { logs: stores.logs },
    timelines: { timelines: stores.timelines, logs: stores.logs, now },
    ...{ verification, inbound },
    ...{ proofs, hostedPages: buildPages(infrastructure, { verification, inbound, proofs }) },
    twilio: buildTwilio(infrastructure, verification),
    ...buildHooks(infrastructure, { ...channels, verification, readNumber: readRecipient }),
    callbacks: {
      ...{ ...channels.delivery, callbackUrls: channels.callbackUrls },
      onText: async (channel: string, text: ReceivedText) =>
        void (await receiveText(inbound, channel, text)),
    },
    ...{ sessions, readiness: channels.readiness },
    sessionImport: buildSessionImport(infrastructure),
    idempotency,
    maintenance,
    resealing: buildResealing(infrastructure, maintenance),
    /** Settles the unfinished sends and requests of a dead node, and takes over its sessions; returns how many there were. */
    async settleNode(deadId: string): Promise<number> {
      await channels.keeper.takeOver();
      const sends = await settleSends(verification, deadId);
      return sends + (await idempotency.releaseAllOf(deadId));
    },
    recipients,
    ...conversations,
    media: media.context,
    webhooks: webhooks.context,
    webhookJobs: webhooks.jobs,
    /** Stops background work and writes what is buffered. Call it while the database is open. */
    async closeServices(): Promise<void> {
      await Promise.all([channels.close(), usage.close(), access.keyIdentification.close()]);
      await conversations.ingest.close();
      await media.close();
      // What was changed until now is recorded, and pushed by another node, or after the next start.
      await webhooks.close();
      await activity.close();
    },
  };
}

function buildSessions(
  { config, platform, stores, activity, limiter, limits }: Infrastructure,
  keeper: SessionContext['keeper'],
): SessionContext {
  const { logger, now } = platform;
  return {
    sessions: stores.sessions,
    leases: stores.leases,
    erase: stores.erase,
    ...{ keeper, activity, limiter, limits },
    mostSessions: config.limits.sessionsPerAccount,
    timeoutSeconds: config.channels.timeoutSeconds,
    ...{ now, logger },
    removals: createSessionRemovals(),
  };
}
