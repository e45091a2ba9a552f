import { randomUUID } from 'node:crypto';
import { createSealer } from '../../lib/crypto/encryption.ts';
import { resealHookSecret } from '../../services/hooks/hook-secrets.ts';
import type { MaintenanceContext } from '../../services/operations/context.ts';
import { createIdempotencyService } from '../../services/operations/idempotency-service.ts';
import type { ResealContext } from '../../services/operations/reseal-secrets.ts';
import { resealSecret } from '../../services/webhooks/webhook-secrets.ts';
import type { Infrastructure } from '../infrastructure.ts';

/**
 * Time that a request may take in addition to its channel: half a minute for a file from a URL, two to take it to
 * WhatsApp, one for a status post; the rest for a slow database.
 */
const REQUEST_SECONDS = 240;

export function buildIdempotency({ config, platform, stores, secretKeys, nodeId }: Infrastructure) {
  return createIdempotencyService({
    ...{ keys: stores.keys, secretKey: secretKeys.current, nodeId, now: platform.now },
    sealer: createSealer(secretKeys, 'idempotency'),
    longestSeconds: config.channels.timeoutSeconds + REQUEST_SECONDS,
  });
}

export function buildMaintenance(
  { config, platform, stores, activity }: Infrastructure,
  parts: Pick<MaintenanceContext, 'analytics' | 'conversionWatch'>,
): MaintenanceContext {
  const { logger, now } = platform;
  const { retention } = config;
  const ending = new AbortController();
  return { ...stores, ...parts, owner: randomUUID(), ending, activity, retention, logger, now };
}

/** What seals the secrets of webhooks and hooks with a new secret key. */
export function buildResealing(
  { stores, secretKeys }: Infrastructure,
  { leases, owner, ending, logger, now }: MaintenanceContext,
): ResealContext {
  const webhooks = createSealer(secretKeys, 'webhook');
  const hooks = createSealer(secretKeys, 'hook');
  return {
    ...{ leases, owner, ending, logger, now },
    ...{ secrets: stores.sealedSecrets, nodes: stores.nodes },
    version: secretKeys.current.version,
    reseal: {
      webhooks: (name, sealed) => resealSecret(webhooks, name, sealed),
      hooks: (name, sealed) => resealHookSecret(hooks, name, sealed),
    },
  };
}
