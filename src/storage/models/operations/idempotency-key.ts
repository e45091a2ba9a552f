import { bigint, integer, nullable, primaryKey, string, text } from '../../columns.ts';
import { table } from '../../table.ts';

/** A request with an idempotency key, and its answer when there is one. */
export class IdempotencyKey extends table('idempotency_keys', {
  keyDigest: primaryKey(string(64)),
  accountId: string(36),
  bodyDigest: string(64),
  statusCode: nullable(integer),
  responseBody: nullable(text),
  owner: string(36),
  // Milliseconds since 1970.
  lockedUntil: bigint,
  createdAt: bigint,
}) {}
