import { toAccountSid } from '../../../../domain/compat/twilio-sids.ts';
import type { DeliveryStatus } from '../../../../domain/delivery/delivery.ts';
import type { RelayStatus } from '../../../../domain/hooks/hook.ts';
import type { RelayedText } from '../../../../services/relays/send-text.ts';

const SID = /^SM([0-9a-f]{32})(?:\.json)?$/i;

/** How Twilio calls the states of a message. */
const BY_DELIVERY: Readonly<Record<DeliveryStatus, string>> = {
  sending: 'sending',
  accepted: 'sent',
  delivered: 'delivered',
  read: 'read',
  failed: 'failed',
  unknown: 'sent',
};

/** The same of a message without a delivery. */
const BY_RELAY: Readonly<Record<RelayStatus, string>> = {
  received: 'queued',
  sending: 'queued',
  accepted: 'sent',
  failed: 'failed',
  refused: 'failed',
  test: 'sent',
};

/** The ID of the message with this SID; undefined if it is not one. */
export function readMessageSid(sid: string): string | undefined {
  return SID.exec(sid)?.[1]?.toLowerCase();
}

/**
 * What Twilio shows of a message. The text is empty, because it is not stored, and neither is who the application names as
 * its sender.
 */
export function presentMessage(message: RelayedText, { From, MessagingServiceSid }: Sender = {}) {
  const { relayId, accountId, phoneNumber, status, latest, createdAt, updatedAt } = message;
  const sid = `SM${relayId}`;
  const accountSid = toAccountSid(accountId);
  const uri = `/2010-04-01/Accounts/${accountSid}/Messages/${sid}`;
  const isFailed = status === 'failed' || latest?.status === 'failed';
  return {
    sid,
    account_sid: accountSid,
    messaging_service_sid: MessagingServiceSid ?? null,
    api_version: '2010-04-01',
    to: phoneNumber,
    from: From ?? null,
    body: '',
    status: latest ? BY_DELIVERY[latest.status] : BY_RELAY[status],
    direction: 'outbound-api',
    num_segments: '1',
    num_media: '0',
    price: null,
    price_unit: 'USD',
    error_code: isFailed ? 30008 : null,
    error_message: isFailed ? (latest?.reason ?? 'failed') : null,
    date_created: toDate(createdAt),
    date_sent: latest?.acceptedAt ? toDate(latest.acceptedAt) : null,
    date_updated: toDate(latest?.readAt ?? latest?.deliveredAt ?? updatedAt),
    uri: `${uri}.json`,
    subresource_uris: { media: `${uri}/Media.json` },
  };
}

type Sender = {
  readonly From?: string | undefined;
  readonly MessagingServiceSid?: string | undefined;
};

/** RFC 2822, in UTC. */
function toDate(at: Date): string {
  return at.toUTCString().replace('GMT', '+0000');
}
