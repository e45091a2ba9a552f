import type { Caller } from '../../../domain/access/caller.ts';
import { failureReasonOf } from '../../../domain/delivery/delivery.ts';
import type {
  LoggedActivity,
  LoggedDelivery,
  VerificationLogEntry,
} from '../../../services/activity/read-logs.ts';
import { presentRecipientTo } from '../recipient-response.ts';
import { presentSessionId } from '../session-names.ts';

type Fields = Readonly<Record<string, unknown>>;

const ACTIVITY_STATUS = ['success', 'error', 'pending'] as const;

export function presentActivity(caller: Caller, activity: LoggedActivity) {
  const { sessionId, phoneNumber } = activity;
  return {
    id: activity.id,
    ...(caller.seesAllAccounts && { accountId: activity.accountId }),
    sessionId: sessionId === undefined ? null : presentSessionId(caller, sessionId),
    action: activity.action,
    messageType: orNull(activity.messageType),
    phoneNumber: null,
    ...(phoneNumber !== undefined && presentRecipientTo(caller, phoneNumber)),
    messageId: orNull(activity.messageId),
    verificationId: orNull(activity.verificationId),
    status: ACTIVITY_STATUS.find((one) => one === activity.status) ?? 'pending',
    details: orNull(activity.details),
    errorMessage: orNull(activity.errorMessage),
    isTest: activity.isTest,
    requestData: parseFields(activity.requestData),
    responseData: parseFields(activity.responseData),
    ipAddress: orNull(activity.ipAddress),
    userAgent: orNull(activity.userAgent),
    durationMs: orNull(activity.durationMs),
    createdAt: activity.createdAt.toISOString(),
  };
}

export function presentVerification(caller: Caller, logged: VerificationLogEntry) {
  const { delivery } = logged;
  return {
    id: logged.id,
    ...(caller.seesAllAccounts && { accountId: logged.accountId }),
    verificationId: logged.verificationId,
    ...presentRecipientTo(caller, logged.phoneNumber),
    purpose: logged.purpose,
    method: logged.method,
    channel: orNull(logged.channel),
    sessionId: presentSessionId(caller, logged.sessionId),
    region: orNull(logged.region),
    status: logged.status,
    attempts: logged.attempts,
    maxAttempts: logged.maxAttempts,
    createdAt: logged.createdAt.toISOString(),
    deliveredAt: toText(logged.deliveredAt),
    readAt: toText(logged.readAt),
    verifiedAt: toText(logged.verifiedAt),
    expiresAt: logged.expiresAt.toISOString(),
    delivery: delivery
      ? {
          channel: delivery.channel,
          status: delivery.status,
          reason: orNull(failureReasonOf(delivery)),
        }
      : null,
  };
}

export function presentDelivery(caller: Caller, delivery: LoggedDelivery) {
  const { sessionId } = delivery;
  return {
    verificationId: delivery.verificationId,
    channel: delivery.channel,
    sessionId: sessionId === undefined ? null : presentSessionId(caller, sessionId),
    messageId: orNull(delivery.messageId),
    status: delivery.status,
    reason: orNull(delivery.reason),
    details: orNull(delivery.details),
    createdAt: delivery.createdAt.toISOString(),
    acceptedAt: toText(delivery.acceptedAt),
    deliveredAt: toText(delivery.deliveredAt),
    readAt: toText(delivery.readAt),
    failedAt: toText(delivery.failedAt),
  };
}

function parseFields(text: string | undefined): Fields | null {
  return text === undefined ? null : (JSON.parse(text) as Fields);
}

function orNull<T>(value: T | undefined): T | null {
  return value ?? null;
}

function toText(time: Date | undefined): string | null {
  return time?.toISOString() ?? null;
}
