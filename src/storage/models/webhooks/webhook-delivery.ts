import type { WebhookDeliveryStatus } from '../../../domain/webhooks/webhook.ts';
import {
  integer,
  nullable,
  serial,
  string,
  text,
  time,
  uniqueTogether,
  withDefault,
} from '../../columns.ts';
import { table } from '../../table.ts';

const EVENT_OF_WEBHOOK = 'webhook_deliveries_event';

/** The push of one event to one endpoint. */
export class WebhookDelivery extends table('webhook_deliveries', {
  id: serial,
  webhookId: uniqueTogether(string(40), EVENT_OF_WEBHOOK),
  eventId: uniqueTogether(string(40), EVENT_OF_WEBHOOK),
  status: withDefault(string<WebhookDeliveryStatus>(10), 'PENDING'),
  attempts: withDefault(integer, 0),
  // NULL when it has ended. While a node sends it, when another node may.
  nextAttemptAt: nullable(time),
  claimedBy: nullable(string(40)),
  responseStatus: nullable(integer),
  // The first kilobyte of the response.
  response: nullable(text),
  lastError: nullable(string(255)),
  durationMs: nullable(integer),
  createdAt: time,
  updatedAt: time,
}) {}
