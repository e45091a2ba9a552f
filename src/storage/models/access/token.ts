import {
  boolean,
  integer,
  nullable,
  serial,
  string,
  time,
  unique,
  withDefault,
} from '../../columns.ts';
import { table } from '../../table.ts';

/** A login: one family of refresh tokens. */
export class Token extends table('tokens', {
  id: serial,
  familyId: unique(string(48)),
  userId: integer,
  generation: withDefault(integer, 0),
  scope: string(255),
  refreshedAt: time,
  expiresAt: time,
  isRevoked: withDefault(boolean, false),
  ipAddress: nullable(string(45)),
  userAgent: nullable(string(512)),
  createdAt: time,
  updatedAt: time,
}) {}
