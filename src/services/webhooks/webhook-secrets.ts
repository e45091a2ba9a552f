import type { Sealer } from '../../lib/crypto/encryption.ts';
import { openRotatedSecret, type RotatedSecret } from '../../lib/crypto/rotated-secret.ts';
import type { StoredWebhook } from '../../storage/webhooks/webhook-store.ts';

type Secrets = RotatedSecret & Pick<StoredWebhook, 'webhookId'>;

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
  { webhookId, ...secret }: Secrets,
  now: Date,
): readonly string[] {
  return openRotatedSecret(sealer, secret, contextOf(webhookId), now);
}

/** Seals a secret with the current key. @throws {SealError} if it was sealed with an unknown one. */
export function resealSecret(sealer: Sealer, webhookId: string, sealed: string): string {
  return sealSecret(sealer, webhookId, sealer.open(sealed, contextOf(webhookId)));
}

function contextOf(webhookId: string): string {
  return `webhook ${webhookId}`;
}
