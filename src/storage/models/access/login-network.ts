import { integer, serial, string, time, unique } from '../../columns.ts';
import { table } from '../../table.ts';

/** A network from which a user logged in, as a keyed digest of both. */
export class LoginNetwork extends table('login_networks', {
  id: serial,
  userId: integer,
  networkHash: unique(string(64)),
  lastLoginAt: time,
}) {}
