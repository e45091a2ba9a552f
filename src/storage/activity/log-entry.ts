import type { ActivityLog } from '../models/activity/activity-log.ts';
import { Delivery } from '../models/delivery/delivery.ts';
import { OTPLog } from '../models/verification/otp-log.ts';
import type { RowOf, Selected } from '../table.ts';

type ActivityRow = RowOf<typeof ActivityLog>;

/** An entry of the activity log. */
export type LoggedActivity = Omit<ActivityRow, 'duration' | 'countDue' | 'updatedAt'> & {
  readonly durationMs: number | undefined;
};

export function toLoggedActivity(row: ActivityRow): LoggedActivity {
  const { duration, countDue: _, updatedAt: __, ...entry } = row;
  return { ...entry, durationMs: duration };
}

/** The columns of a verification that the log shows. The digest of the code is not one of them. */
export const loggedVerification = OTPLog.pick(
  ...(['id', 'accountId', 'verificationId', 'phoneNumber', 'purpose', 'channel'] as const),
  ...(['sessionId', 'region', 'status', 'attempts', 'maxAttempts', 'messageId'] as const),
  ...(['companyName', 'ipAddress', 'userAgent', 'createdAt', 'updatedAt'] as const),
  ...(['deliveredAt', 'readAt', 'verifiedAt', 'expiresAt', 'method'] as const),
);

type VerificationEntry = Selected<typeof loggedVerification>;

/** A verification in the log. After its end, `updatedAt` is the time of the end. */
export type LoggedVerification = Omit<VerificationEntry, 'region'> & {
  readonly region: string | undefined;
};

export function toLoggedVerification({ region, ...entry }: VerificationEntry): LoggedVerification {
  return { ...entry, region: region === '' ? undefined : region };
}

/** The columns of a delivery that the log shows. */
export const loggedDelivery = Delivery.pick(
  ...(['verificationId', 'channel', 'sessionId', 'messageId', 'status', 'reason'] as const),
  ...(['details', 'createdAt', 'acceptedAt', 'deliveredAt', 'readAt', 'failedAt'] as const),
);

export type LoggedDelivery = Selected<typeof loggedDelivery>;
