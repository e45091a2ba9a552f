import type { KeyMode } from '../../../domain/access/permissions.ts';
import type { HookDialect } from '../../../domain/hooks/hook.ts';
import {
  boolean,
  integer,
  json,
  nullable,
  serial,
  string,
  text,
  time,
  unique,
  withDefault,
} from '../../columns.ts';
import { table } from '../../table.ts';

/** An address at which a server that owns its codes asks for their delivery. */
export class Hook extends table('hooks', {
  id: serial,
  hookId: unique(string(40)),
  accountId: string(36),
  dialect: string<HookDialect>(16),
  description: nullable(string(255)),
  // `test`: it sends nothing.
  mode: string<KeyMode>(4),
  // The channels to try, in order; NULL for the workflow of the account.
  channels: nullable(json<readonly string[]>()),
  // ISO 3166; NULL for all that the installation serves.
  regions: nullable(json<readonly string[]>()),
  companyName: nullable(string(255)),
  // Whether the text of the server is sent instead of ours, and the domains to which it may link.
  relayText: withDefault(boolean, false),
  linkDomains: nullable(json<readonly string[]>()),
  codeTtlSeconds: integer,
  sendsPerHour: nullable(integer),
  isActive: withDefault(boolean, true),
  sealedSecret: text,
  sealedPreviousSecret: nullable(text),
  previousUntil: nullable(time),
  lastUsedAt: nullable(time),
  // The last call that was refused because of its signature or secret.
  lastRefusedAt: nullable(time),
  createdBy: nullable(string(64)),
  createdAt: time,
  updatedAt: time,
}) {}
