import { type Locale, localeOfRegion } from '../../domain/delivery/locale.ts';
import type { WorkflowStep } from '../../domain/delivery/workflow.ts';
import { isEmailRecipient } from '../../domain/recipient.ts';
import { toSessionId } from '../../domain/whatsapp/session-id.ts';
import { SealError, type Sealer } from '../../lib/crypto/encryption.ts';
import { secondsUntil } from '../../lib/time/clock.ts';
import type { SendableRelay } from '../../storage/hooks/relay-store.ts';
import type { Message } from '../delivery/deliver.ts';
import { writeText } from '../delivery/templates/message-text.ts';
import type { RelayContext } from './context.ts';

/** What is needed to send a relayed message, besides its row. It is stored sealed. */
export type RelayFacts = {
  readonly code: string;
  /** The text of the caller; undefined for that of our template. */
  readonly text: string | undefined;
  readonly locale: Locale | undefined;
  readonly companyName: string | undefined;
  /** How long the code is valid, as the message says. */
  readonly ttlSeconds: number;
  readonly sessions: readonly string[] | undefined;
  readonly sendsPerHour: number | undefined;
  readonly steps: readonly WorkflowStep[];
};

type Relay = Pick<SendableRelay, 'relayId' | 'accountId' | 'phoneNumber' | 'region'>;

/** Seals the facts for one message: in the row of another one, they cannot be opened. */
export function sealRelay(sealer: Sealer, relayId: string, facts: RelayFacts): string {
  return sealer.seal(JSON.stringify(facts), contextOf(relayId));
}

/** Opens the facts; undefined if the secret key that sealed them is gone. */
export function openRelay(
  sealer: Sealer,
  { relayId, sealedMessage = '' }: SendableRelay,
): RelayFacts | undefined {
  try {
    return JSON.parse(sealer.open(sealedMessage, contextOf(relayId))) as RelayFacts;
  } catch (error) {
    if (error instanceof SealError) return undefined;
    throw error;
  }
}

/** The message with the code, for any channel. */
export function toRelayMessage(
  { delivery, defaultSession, now }: RelayContext,
  { relayId, accountId, phoneNumber, region }: Relay,
  facts: RelayFacts,
  eraseAt: Date,
): Message {
  const { code, text, locale, companyName, ttlSeconds, sessions } = facts;
  const ofText = { accountId, region, locale, code, ttlSeconds, companyName };
  return {
    accountId,
    recipient: phoneNumber,
    email: isEmailRecipient(phoneNumber) ? phoneNumber : undefined,
    code,
    writeText: async (channel) => text ?? writeText(delivery.texts, ofText, channel),
    verificationId: relayId,
    sessions,
    sessionId: sessions?.[0] ?? toSessionId(accountId, defaultSession),
    locale: locale ?? localeOfRegion(region),
    companyName,
    ttlSeconds: secondsUntil(eraseAt, now()),
  };
}

function contextOf(relayId: string): string {
  return `relay|${relayId}`;
}
