import type { PoolOptions } from '../../channels/whatsapp/build-session.ts';
import type { SessionImportContext } from '../../channels/whatsapp/import-session.ts';
import type { NodeParts } from '../../channels/whatsapp/nodes/interfaces.ts';
import { shareSessions } from '../../channels/whatsapp/nodes/share-sessions.ts';
import { createSessionPool } from '../../channels/whatsapp/pool.ts';
import { DEFAULT_TIMING } from '../../channels/whatsapp/protocol/timing.ts';
import { sendsCodes } from '../../domain/conversations/session-settings.ts';
import { SESSION_LEASE_PREFIX, usableStates } from '../../domain/whatsapp/session.ts';
import { createSealer } from '../../lib/crypto/encryption.ts';
import { drawFraction } from '../../lib/crypto/secrets.ts';
import { isProcessDead } from '../../lib/process-identity.ts';
import { createContactBudget } from '../../services/whatsapp/contact-budget.ts';
import type { Infrastructure } from '../infrastructure.ts';

/** How many sessions of an account are considered for a message. */
const MOST_HOSTED = 500;

/**
 * The WhatsApp sessions: those of this node, and by it those of the other nodes. Numbers can be linked even if no codes
 * are sent by WhatsApp.
 */
export function buildWhatsAppPool(
  infrastructure: Infrastructure,
  onReceipt: PoolOptions['onReceipt'],
) {
  const { config, platform, stores, activity, messages, secretKeys, processName } = infrastructure;
  const { logger, now, whatsappTiming } = platform;
  const { values } = config.channels;
  const { credentials, sessions: records, contacts, leases, counters } = stores;
  const timing = { ...DEFAULT_TIMING, ...whatsappTiming };
  const pool = createSessionPool({
    credentials,
    records,
    contacts,
    leases,
    owner: processName,
    sealer: createSealer(secretKeys),
    record: activity.logSystem,
    onReceipt,
    onMessage: messages.publish,
    onMessageReceipt: messages.publishReceipt,
    onLidMapping: messages.publishMapping,
    onSettings: messages.publishSettings,
    onAccountNews: messages.publishNews,
    socketOptions: {
      url: values.WHATSAPP_SOCKET_URL,
      version: values.WHATSAPP_VERSION,
      timing,
    },
    sending: {
      spacingMs: values.WHATSAPP_SPACING_MS,
      ackMs: values.WHATSAPP_ACK_SECONDS * 1000,
    },
    budget: createContactBudget({ counters, perDay: values.WHATSAPP_NEW_CONTACTS_PER_DAY, now }),
    now,
    random: drawFraction,
    logger,
  });
  // An SQLite file has one node only.
  const isAlone = config.database.dialect === 'sqlite';
  return isAlone ? pool : shareSessions(pool, toNodeParts(infrastructure, timing.spreadMs));
}

/** For the command that takes over the device of another program. */
export function buildSessionImport({
  config,
  platform,
  stores,
  secretKeys,
}: Infrastructure): SessionImportContext {
  const { credentials, sessions: records, leases } = stores;
  const mostSessions = config.limits.sessionsPerAccount;
  const sealer = createSealer(secretKeys);
  return { credentials, records, leases, sealer, mostSessions, now: platform.now };
}

function toNodeParts(infrastructure: Infrastructure, spreadMs: number): NodeParts {
  const { platform, stores, secretKeys, processName: owner, bus, metrics } = infrastructure;
  const { logger, now } = platform;
  const { leases, nodes, sessions, sessionCommands: commands } = stores;

  const listPeers: NodeParts['listPeers'] = async () => {
    const [alive, counts] = await Promise.all([
      nodes.listAliveNodes(now()),
      leases.countByOwner(SESSION_LEASE_PREFIX, now()),
    ]);
    return alive
      .filter(({ process }) => process !== owner && !isProcessDead(process))
      .map(({ process }) => ({ owner: process, sessions: counts.get(process) ?? 0 }));
  };

  const listHosted: NodeParts['listHosted'] = async (accountId) => {
    const filter = { accountId, states: usableStates };
    const page = { limit: MOST_HOSTED, after: undefined };
    const { items } = await sessions.list(filter, page, now());
    return items.filter(({ isHosted, usedFor }) => isHosted && sendsCodes(usedFor));
  };

  return {
    ...{ commands, bus, leases, owner, listPeers, listHosted, spreadMs, now, logger },
    sealer: createSealer(secretKeys, 'session-command'),
    onCommandEnd: (command, outcome) => metrics.sessionCommands.inc({ command, outcome }),
  };
}
