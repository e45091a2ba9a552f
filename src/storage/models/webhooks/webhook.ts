import type { WebhookDisabledReason } from '../../../domain/webhooks/webhook.ts';
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

/** An endpoint that events of an account are pushed to. */
export class Webhook extends table('webhooks', {
  id: serial,
  webhookId: unique(string(40)),
  accountId: string(36),
  // The session whose own endpoint this is.
  sessionId: unique(nullable(string(128))),
  url: text,
  description: nullable(string(255)),
  // Patterns of types.
  events: json<readonly string[]>(),
  // Only their events; NULL for those of all.
  sessions: nullable(json<readonly string[]>()),
  purposes: nullable(json<readonly string[]>()),
  // Whether it gets whole phone numbers.
  seesNumbers: withDefault(boolean, false),
  isActive: withDefault(boolean, true),
  disabledReason: nullable(string<WebhookDisabledReason>(16)),
  sealedSecret: text,
  sealedPreviousSecret: nullable(text),
  previousUntil: nullable(time),
  // Of the attempts since the last success.
  failures: withDefault(integer, 0),
  failingSince: nullable(time),
  lastError: nullable(string(255)),
  lastSuccessAt: nullable(time),
  createdBy: nullable(string(64)),
  createdAt: time,
  updatedAt: time,
  // When it was last reported that it fails.
  failingReportedAt: nullable(time),
}) {}
