import type { LinkingQr } from '../../domain/whatsapp/session.ts';
import { secondsUntil } from '../../lib/time/clock.ts';

/** The text of a QR code or a pairing code, and how long it remains valid. */
export type LinkingSecret = LinkingQr & { readonly expiresInSeconds: number };

export function toLinkingSecret({ text, expiresAt }: LinkingQr, now: Date): LinkingSecret {
  return { text, expiresAt, expiresInSeconds: secondsUntil(expiresAt, now) };
}
