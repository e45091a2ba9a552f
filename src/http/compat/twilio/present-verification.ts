import type { Caller } from '../../../domain/access/caller.ts';
import { seesRecipients } from '../../../domain/access/recipient-access.ts';
import { toTwilioChannel } from '../../../domain/compat/twilio-channel.ts';
import {
  toAccountSid,
  toAttemptSid,
  toVerificationSid,
} from '../../../domain/compat/twilio-sids.ts';
import { maskRecipient } from '../../../domain/recipient.ts';
import type { Verification } from '../../../domain/verification/verification.ts';
import type { VerifyService } from '../../../services/verification/twilio/context.ts';
import type { ServiceAttempt } from '../../../services/verification/twilio/read-attempts.ts';
import { toTime } from './format/answers.ts';

type SentAttempt = Pick<
  ServiceAttempt,
  'verificationId' | 'ordinal' | 'channel' | 'createdAt' | 'updatedAt'
>;

type ShownVerification = {
  readonly verificationId: string;
  readonly to: string;
  readonly channel: string;
  readonly status: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

/** The status that Twilio has for a verification that is pending, or was approved. */
export function toStatus({ status, attempts, maxAttempts }: Verification): string {
  if (status === 'verified') return 'approved';
  return attempts >= maxAttempts ? 'max_attempts_reached' : 'pending';
}

/** What Twilio shows of a verification. What does not exist here is null. */
export function presentVerification(
  service: VerifyService,
  shown: ShownVerification,
  {
    attempts,
    serviceUrl,
  }: { readonly attempts: readonly SentAttempt[]; readonly serviceUrl: string },
) {
  const ids = presentIds(service, shown);
  return {
    ...ids,
    lookup: { carrier: null },
    amount: null,
    payee: null,
    send_code_attempts: attempts.map(presentSendAttempt),
    date_created: toTime(shown.createdAt),
    date_updated: toTime(shown.updatedAt),
    sna: null,
    url: `${serviceUrl}/Verifications/${ids.sid}`,
  };
}

/** What Twilio shows of a check. */
export function presentCheck(service: VerifyService, shown: ShownVerification) {
  return {
    ...presentIds(service, shown),
    amount: null,
    payee: null,
    date_created: toTime(shown.createdAt),
    date_updated: toTime(shown.updatedAt),
    sna_attempts_error_codes: [],
  };
}

function presentIds(
  { sid, accountId }: VerifyService,
  { verificationId, to, channel, status }: ShownVerification,
) {
  return {
    sid: toVerificationSid(verificationId),
    service_sid: sid,
    account_sid: toAccountSid(accountId),
    to,
    channel,
    status,
    valid: status === 'approved',
  };
}

function presentSendAttempt({ verificationId, ordinal, channel, createdAt }: SentAttempt) {
  return {
    time: toTime(createdAt),
    channel: toTwilioChannel(channel).toUpperCase(),
    attempt_sid: toAttemptSid(verificationId, ordinal),
  };
}

/** How Twilio calls the states of a message. */
const MESSAGE_STATUS = {
  sending: 'queued',
  accepted: 'sent',
  delivered: 'delivered',
  read: 'read',
  failed: 'failed',
  unknown: 'sent',
} as const satisfies Readonly<Record<ServiceAttempt['status'], string>>;

/**
 * What Twilio shows of a message with a code. Messages have no price here. Callers that may not send codes see the
 * recipient masked, as in logs.
 */
export function presentAttempt(caller: Caller, attempt: ServiceAttempt, baseUrl: string) {
  const { service, verificationId, ordinal, phoneNumber, channel, status, isConverted } = attempt;
  const sid = toAttemptSid(verificationId, ordinal);
  return {
    sid,
    account_sid: toAccountSid(service.accountId),
    service_sid: service.sid,
    verification_sid: toVerificationSid(verificationId),
    date_created: toTime(attempt.createdAt),
    date_updated: toTime(attempt.updatedAt),
    conversion_status: isConverted ? 'converted' : 'unconverted',
    channel: toTwilioChannel(channel),
    price: { value: '0', currency: 'usd' },
    channel_data: {
      verification_sid: toVerificationSid(verificationId),
      to: seesRecipients(caller) ? phoneNumber : maskRecipient(phoneNumber),
      status: isConverted ? 'converted' : 'unconverted',
      message_status: MESSAGE_STATUS[status],
      error_code: null,
      error_reason: status === 'failed' ? (attempt.reason ?? null) : null,
      country: attempt.region || null,
      code_length: service.codeLength,
      locale: null,
      mcc: null,
      mnc: null,
      carrier: null,
      waverify_channel: channel,
    },
    url: `${baseUrl}/v2/Attempts/${sid}`,
  };
}
