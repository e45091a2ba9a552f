import type { Database } from '../../../src/storage/database.ts';
import type { OTPLog } from '../../../src/storage/models/verification/otp-log.ts';

/** What the rows of all verifications say that happened: one line for each event, sorted. */
export async function expectedEvents({ models }: Database): Promise<string[]> {
  const verifications = await models.OTPLog.findAll();
  const deliveries = await models.Delivery.findAll();
  const lines = verifications.flatMap((row) => [
    ...[`${row.verificationId} verification.created`, ...describeEnd(row)],
  ]);
  for (const { verificationId, acceptedAt, failedAt } of deliveries) {
    if (acceptedAt) lines.push(`${verificationId} delivery.accepted`);
    if (failedAt) lines.push(`${verificationId} delivery.failed`);
  }
  return lines.sort();
}

function describeEnd(row: OTPLog): string[] {
  const end = (type: string) => [`${row.verificationId} verification.${type}`];
  if (row.status === 'verified') return end('approved');
  if (row.attempts >= row.maxAttempts) return end('max_attempts_reached');
  if (row.status === 'failed') return end('canceled');
  if (row.status !== 'expired') return [];
  return end(row.updatedAt < row.expiresAt ? 'canceled' : 'expired');
}
