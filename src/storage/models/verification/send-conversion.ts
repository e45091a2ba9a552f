import { double, nullable, primaryKey, string, time, withDefault } from '../../columns.ts';
import { table } from '../../table.ts';

/** How many of the latest sends of one subject were verified. */
export class SendConversion extends table('send_conversions', {
  // `account|kind|subject`: a key, a prefix of numbers or a region of one account.
  subjectKey: primaryKey(string(191)),
  settled: withDefault(double, 0),
  verified: withDefault(double, 0),
  // Since when too few sends have been verified.
  suspectedAt: nullable(time),
  createdAt: time,
  updatedAt: time,
}) {}
