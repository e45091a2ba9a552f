import type { Sealer } from '../../lib/crypto/encryption.ts';
import type { StoredWebhook } from '../../storage/webhooks/webhook-store.ts';

type Secrets = Pick<
  StoredWebhook,
  'webhookId' | 'sealedSecret' | 'sealedPreviousSecret' | 'previousUntil'
>;

/** Seals the secret of an endpoint. */
export function sealSecret(sealer: Sealer, webhookId: string, secret: string): string {
  return sealer.seal(secret, contextOf(webhookId));
}

/**
 * Opens the secrets that sign what is pushed to an endpoint: the present one and, for a day after it was replaced, the
 * previous one. @throws {SealError}
 */
export function openSecrets(
  sealer: Sealer,
  { webhookId, sealedSecret, sealedPreviousSecret, previousUntil }: Secrets,
  now: Date,
): readonly string[] {
  const isPreviousValid = previousUntil !== undefined && previousUntil > now;
  const sealed = [sealedSecret, ...(isPreviousValid ? [sealedPreviousSecret] : [])];
  return sealed.flatMap((one) => (one === undefined ? [] : sealer.open(one, contextOf(webhookId))));
}

function contextOf(webhookId: string): string {
  return `webhook ${webhookId}`;
}
