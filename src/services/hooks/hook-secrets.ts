import { randomBytes } from 'node:crypto';
import type { HookDialect } from '../../domain/hooks/hook.ts';
import { invalidField } from '../../domain/refusal.ts';
import type { Sealer } from '../../lib/crypto/encryption.ts';
import { openRotatedSecret, type RotatedSecret } from '../../lib/crypto/rotated-secret.ts';
import { randomId } from '../../lib/crypto/secrets.ts';
import type { StoredHook } from '../../storage/hooks/hook-store.ts';
import { dialects } from './dialects/dialects.ts';

type Secrets = RotatedSecret & Pick<StoredHook, 'hookId'>;

const SECRET_BYTES = 32;
const STANDARD = /^(?:v1,)?whsec_([A-Za-z0-9+/]+={0,2})$/;
const FEWEST_BYTES = 24;
const MOST_BYTES = 64;
const PRINTABLE = /^[\x21-\x7e]{16,255}$/;

/** Draws a secret in the form that the server takes. */
export function drawHookSecret(dialect: HookDialect): string {
  return dialects[dialect].authentication === 'standard_webhooks'
    ? `v1,whsec_${randomBytes(SECRET_BYTES).toString('base64')}`
    : `wv_hook_${randomId(SECRET_BYTES)}`;
}

/** Reads a secret that the server has chosen. @throws {AppError} `validation_failed` */
export function readHookSecret(dialect: HookDialect, text: string): string {
  if (dialects[dialect].authentication !== 'standard_webhooks') {
    if (PRINTABLE.test(text)) return text;
    throw invalidField(
      'secret',
      'must have 16 to 255 characters, without spaces',
      'invalid_format',
    );
  }
  const bytes = toStandardKey(text)?.length ?? 0;
  if (bytes >= FEWEST_BYTES && bytes <= MOST_BYTES) return text;
  const rule = `must be v1,whsec_ and the base64 of ${FEWEST_BYTES} to ${MOST_BYTES} random bytes`;
  throw invalidField('secret', rule, 'invalid_format');
}

/** The key in a secret of Standard Webhooks; undefined if it is none. */
export function toStandardKey(secret: string): Buffer | undefined {
  const [, base64] = STANDARD.exec(secret) ?? [];
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64');
}

export function sealHookSecret(sealer: Sealer, hookId: string, secret: string): string {
  return sealer.seal(secret, contextOf(hookId));
}

/** Opens the present secret and, for a day after it was replaced, the previous one. @throws {SealError} */
export function openHookSecrets(
  sealer: Sealer,
  { hookId, ...secret }: Secrets,
  now: Date,
): readonly string[] {
  return openRotatedSecret(sealer, secret, contextOf(hookId), now);
}

/** Seals a secret with the current key. @throws {SealError} if it was sealed with an unknown one. */
export function resealHookSecret(sealer: Sealer, hookId: string, sealed: string): string {
  return sealHookSecret(sealer, hookId, sealer.open(sealed, contextOf(hookId)));
}

function contextOf(hookId: string): string {
  return `hook ${hookId}`;
}
