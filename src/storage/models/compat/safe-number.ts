import { serial, string, time, uniqueTogether } from '../../columns.ts';
import { table } from '../../table.ts';

const NUMBER = 'safe_numbers_number';

/** A number to which verify services send even if similar numbers look like fraud. */
export class SafeNumber extends table('safe_numbers', {
  id: serial,
  accountId: uniqueTogether(string(36), NUMBER),
  phoneNumber: uniqueTogether(string(20), NUMBER),
  // GN and 32 hexadecimal digits.
  sid: string(34),
  createdAt: time,
}) {}
