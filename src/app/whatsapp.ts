import { createSessionPool, type PoolOptions } from '../channels/whatsapp/pool.ts';
import { DEFAULT_TIMING } from '../channels/whatsapp/protocol/timing.ts';
import { createSealer } from '../lib/crypto/encryption.ts';
import { drawFraction } from '../lib/crypto/secrets.ts';
import { createContactBudget } from '../services/whatsapp/contact-budget.ts';
import type { Infrastructure } from './infrastructure.ts';

/** The WhatsApp sessions of this node. Numbers can be linked even if no codes are sent by WhatsApp. */
export function buildWhatsAppPool(
  infrastructure: Infrastructure,
  onReceipt: PoolOptions['onReceipt'],
) {
  const { config, platform, stores, activity, secretKeys, processName } = infrastructure;
  const { logger, now, whatsappTiming } = platform;
  const { values } = config.channels;
  const { credentials, sessions: records, contacts, leases, counters } = stores;
  return createSessionPool({
    credentials,
    records,
    contacts,
    leases,
    owner: processName,
    sealer: createSealer(secretKeys),
    record: activity.logSystem,
    onReceipt,
    socketOptions: {
      url: values.WHATSAPP_SOCKET_URL,
      version: values.WHATSAPP_VERSION,
      timing: { ...DEFAULT_TIMING, ...whatsappTiming },
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
}
