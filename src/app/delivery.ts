import { createConsoleChannel } from '../channels/console/console-channel.ts';
import type { Channel } from '../channels/contract.ts';
import { createHttpChannel } from '../channels/http/http-channel.ts';
import { createSessionPool, type PoolOptions } from '../channels/whatsapp/pool.ts';
import { DEFAULT_TIMING } from '../channels/whatsapp/protocol/timing.ts';
import { createWhatsAppChannel } from '../channels/whatsapp/whatsapp-channel.ts';
import type { ChannelName } from '../domain/delivery/delivery.ts';
import { createSealer } from '../lib/crypto/encryption.ts';
import { drawFraction } from '../lib/crypto/secrets.ts';
import { createDeliveryService } from '../services/delivery/delivery-service.ts';
import { createContactBudget } from '../services/whatsapp/contact-budget.ts';
import type { Infrastructure } from './infrastructure.ts';

/** The ways to recipients, in the order in which they are tried, and the linked numbers of this node. */
export function buildDelivery(infrastructure: Infrastructure) {
  const { config, platform, stores, metrics } = infrastructure;
  const { logger, now } = platform;
  const { timeoutSeconds, order } = config.channels;
  const pool = createWhatsAppPool(infrastructure, (news) => delivery.recordReceipt(news));
  const { defaultSession } = config.otp;
  const channels = order.map((name) =>
    name === 'whatsapp'
      ? createWhatsAppChannel({ pool, contacts: stores.contacts, defaultSession })
      : createChannel(name, infrastructure),
  );
  const delivery = createDeliveryService({
    ...{ deliveries: stores.deliveries, channels, timeoutSeconds, metrics, logger, now },
  });
  const { keeper } = pool;
  metrics.watchSessions(() => keeper.report());
  async function close(): Promise<void> {
    await keeper.close();
    await Promise.all(channels.map((channel) => channel.close()));
  }
  return { keeper, delivery, close };
}

/** The linked numbers of this node. */
function createWhatsAppPool(infrastructure: Infrastructure, onDelivery: PoolOptions['onDelivery']) {
  const { config, platform, stores, activity, secretKeys } = infrastructure;
  const { logger, now, whatsappTiming } = platform;
  const { socketUrl: url, version, newContactsPerDay, spacingMs, ackMs } = config.whatsapp;
  const { credentials, sessions: records, contacts, leases, counters } = stores;
  return createSessionPool({
    ...{ credentials, records, contacts, leases },
    sealer: createSealer(secretKeys),
    record: activity.logSystem,
    onDelivery,
    socketOptions: { url, version, timing: { ...DEFAULT_TIMING, ...whatsappTiming } },
    sending: { spacingMs, ackMs },
    budget: createContactBudget({ counters, perDay: newContactsPerDay, now }),
    ...{ now, random: drawFraction, logger },
  });
}

function createChannel(
  name: Exclude<ChannelName, 'whatsapp'>,
  { config, platform }: Infrastructure,
): Channel {
  if (name === 'console') return createConsoleChannel(platform.print);
  const { url = '', token } = config.channels.http; // The environment was refused without an address.
  return createHttpChannel({ url, token });
}
