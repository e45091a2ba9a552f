import { bigint, integer, serial, string, time, unique } from '../../columns.ts';
import { table } from '../../table.ts';

/** How often a caller called a route with one outcome in one hour. */
export class ApiUsage extends table('api_usage', {
  id: serial,
  usageKey: unique(string(64)),
  hour: time,
  accountId: string(36),
  principal: string(64),
  method: string(10),
  route: string(128),
  statusCode: integer,
  requests: integer,
  durationSum: bigint,
  durationMax: integer,
  createdAt: time,
  updatedAt: time,
}) {}
