import type { Recipient } from '../../domain/phone-number/phone-number.ts';
import { createSealer } from '../../lib/crypto/encryption.ts';
import { digestOf, drawHexName } from '../../lib/crypto/secrets.ts';
import type { DeliveryContext } from '../../services/delivery/context.ts';
import {
  listLinkDomains,
  readSenderName,
  type SenderContext,
} from '../../services/delivery/sender-settings.ts';
import type { HookContext } from '../../services/hooks/context.ts';
import type { RelayContext } from '../../services/relays/context.ts';
import type { TextRelayContext } from '../../services/relays/send-text.ts';
import type { VerificationContext } from '../../services/verification/context.ts';
import type { Infrastructure } from '../infrastructure.ts';

/** The `SM…` of a message that is requested as at Twilio has as many digits. */
const RELAY_ID_BYTES = 16;

type Parts = {
  readonly verification: VerificationContext;
  readonly delivery: DeliveryContext;
  readonly senders: SenderContext;
  readonly readNumber: (text: string) => Recipient;
};

/** The contexts for delivering codes that other servers own, and for the hooks that these servers call. */
export function buildHooks(
  { config, platform, stores, secretKeys, activity, metrics, changes }: Infrastructure,
  { verification, delivery, senders, readNumber }: Parts,
) {
  const { logger, now } = platform;
  const { deliveries, hooks, logs, relays } = stores;
  const { limiter, limits, pumping, testNumbers, sendsInBackground } = verification;
  const eventKey = secretKeys.current.derive('relayed-event');
  const relay: RelayContext = {
    ...{ relays, deliveries, limiter, limits, pumping, metrics, testNumbers, sendsInBackground },
    delivery: { ...delivery, deliveries: { ...deliveries, ...relays.deliveries } },
    sealer: createSealer(secretKeys, 'delivery'),
    digestEvent: (text) => digestOf(text, eventKey),
    drawRelayId: () => drawHexName(RELAY_ID_BYTES),
    defaultSession: config.otp.defaultSession,
    ...{ activity, changes, logger, now },
  };
  const context: HookContext = {
    ...{ hooks, relays: relay, logs, channels: delivery.channels },
    sealer: createSealer(secretKeys, 'hook'),
    ...{ activity, readNumber, now },
    readCompanyName: (caller, text) => readSenderName(senders, caller, text),
    listLinkDomains: (accountId) => listLinkDomains(senders, accountId),
  };
  const texts: TextRelayContext = {
    ...{ relays: relay, logs },
    listLinkDomains: (accountId) => listLinkDomains(senders, accountId),
  };
  return { hooks: context, relays: relay, texts };
}
