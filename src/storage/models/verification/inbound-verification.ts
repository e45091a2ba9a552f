import {
  boolean,
  integer,
  json,
  nullable,
  primaryKey,
  string,
  time,
  unique,
  withDefault,
} from '../../columns.ts';
import { table } from '../../table.ts';

/** What a verification by an incoming message needs besides its row of `otp_logs`, which has its status. */
export class InboundVerification extends table('inbound_verifications', {
  verificationId: primaryKey(string(64)),
  accountId: string(36),
  // The session whose number the link names.
  sessionId: string(128),
  // Keyed, so that the table does not reveal the token.
  tokenDigest: unique(string(64)),
  returnsCode: boolean,
  locale: nullable(string(35)),
  // The regions of the key that requested it; NULL for all.
  regions: nullable(json<readonly string[]>()),
  // Messages with the right token that were refused, and why the latest one was.
  refusals: withDefault(integer, 0),
  problem: nullable(string(32)),
  receivedAt: nullable(time),
  redeemedAt: nullable(time),
  expiresAt: time,
  createdAt: time,
  updatedAt: time,
  // The channel whose number the link names; NULL for that of the session.
  channel: nullable(string(32)),
}) {}
