import type { LinkingQr } from '../../domain/whatsapp/session.ts';
import { secondsUntil } from '../../lib/time/clock.ts';

/** What links an account, a QR's text or a pairing code, and for how long it still does. */
export type LinkingSecret = LinkingQr & { readonly expiresInSeconds: number };

export function toLinkingSecret({ text, expiresAt }: LinkingQr, now: Date): LinkingSecret {
  return { text, expiresAt, expiresInSeconds: secondsUntil(expiresAt, now) };
}
