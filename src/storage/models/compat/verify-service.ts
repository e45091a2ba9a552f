import { integer, json, nullable, serial, string, time, unique } from '../../columns.ts';
import { table } from '../../table.ts';

/** A verify service of an account: the rules for the codes that it sends. */
export class VerifyService extends table('verify_services', {
  id: serial,
  accountId: string(36),
  // VA and 32 hexadecimal digits.
  sid: unique(string(34)),
  // NULL until the default service of an account is named.
  friendlyName: nullable(string(120)),
  codeLength: integer,
  // The channels to try, in order; NULL for the workflow of the account.
  channels: nullable(json<readonly string[]>()),
  createdAt: time,
  updatedAt: time,
}) {}
