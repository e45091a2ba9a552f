import type { GrantedScope, KeyMode } from '../../../domain/access/permissions.ts';
import {
  boolean,
  integer,
  json,
  nullable,
  serial,
  string,
  time,
  unique,
  withDefault,
} from '../../columns.ts';
import { table } from '../../table.ts';

/** An API key. A list that is NULL is no restriction. */
export class ApiKey extends table('api_keys', {
  id: serial,
  // The public id of the key, which is not secret.
  keyId: unique(string(32)),
  accountId: string(36),
  // SHA-256 in hex. The key has 256 random bits, so that a plain digest cannot be guessed.
  keyHash: unique(string(64)),
  // The first characters, by which users recognize a key.
  prefix: string(16),
  name: string(120),
  mode: withDefault(string<KeyMode>(4), 'live'),
  scopes: json<readonly GrantedScope[]>(),
  sessions: nullable(json<readonly string[]>()),
  purposes: nullable(json<readonly string[]>()),
  regions: nullable(json<readonly string[]>()),
  networks: nullable(json<readonly string[]>()),
  // The credential that created it: `bootstrap`, `key:…` or `user:…`.
  createdBy: string(64),
  // The key that replaced it. A key can be rotated once.
  rotatedTo: nullable(string(32)),
  expiresAt: nullable(time),
  lastUsedAt: nullable(time),
  revokedAt: nullable(time),
  createdAt: time,
  updatedAt: time,
  sendsPerHour: nullable(integer),
  // The key with which it shares the count of sends; NULL if it has its own.
  sendPot: nullable(string(32)),
  // The first key in a series of rotations; NULL for that key itself.
  lineageId: nullable(string(32)),
  clientIp: withDefault(boolean, true),
}) {}
