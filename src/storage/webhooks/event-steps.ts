import type { NewEvent } from '../../domain/webhooks/event.ts';
import type { Syntax } from '../dialects/syntax.ts';
import { Event } from '../models/webhooks/event.ts';
import { WebhookDelivery } from '../models/webhooks/webhook-delivery.ts';
import type { Step } from '../statement.ts';

/** An event and the endpoints that it is pushed to. */
export type AddressedEvent = { readonly event: NewEvent; readonly webhookIds: readonly string[] };

/**
 * The steps of a transaction that record events in order, and that they are to be pushed. What is recorded already stays
 * as it is.
 */
export function toEventSteps(
  syntax: Syntax,
  addressed: readonly AddressedEvent[],
  now: Date,
): readonly Step[] {
  if (addressed.length === 0) return [];
  const events = addressed.map(({ event: { sessionId = null, purpose = null, ...event } }) => ({
    ...event,
    ...{ sessionId, purpose, createdAt: now },
  }));
  const times = { nextAttemptAt: now, createdAt: now, updatedAt: now };
  const pushes = addressed.flatMap(({ event: { eventId }, webhookIds }) =>
    webhookIds.map((webhookId) => ({ webhookId, eventId, ...times })),
  );
  const recorded = keepExisting(syntax, Event.insertion(...events), 'events', ['eventId']);
  if (pushes.length === 0) return [recorded];
  const unique = ['webhookId', 'eventId'];
  const inserted = WebhookDelivery.insertion(...pushes);
  return [recorded, keepExisting(syntax, inserted, 'webhook_deliveries', unique)];
}

/** Makes an INSERT leave rows with the same unique value as they are. */
function keepExisting(
  syntax: Syntax,
  { sql, values }: Step,
  table: string,
  unique: readonly string[],
): Step {
  const [key = ''] = unique;
  const unchanged = () => ({ [key]: `"${table}"."${key}"` });
  return { sql: `${sql} ${syntax.changeExisting(unique, unchanged)}`, values };
}
