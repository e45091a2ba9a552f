import { primaryKey, string, time } from '../../columns.ts';
import { table } from '../../table.ts';

/** A number that never gets messages, with the hash of its fixed code. */
export class TestNumber extends table('test_numbers', {
  accountId: primaryKey(string(36)),
  phoneNumber: primaryKey(string(20)),
  otpHash: string(255),
  secretVersion: string(16),
  validUntil: time,
  createdAt: time,
  updatedAt: time,
}) {}
