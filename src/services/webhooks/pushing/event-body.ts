import type { EventData } from '../../../domain/webhooks/event.ts';

/** The version of the bodies, as receivers see it. It changes when a field changes its meaning. */
const API_VERSION = '2026-11-30';

type ReportedEvent = {
  /** Of two events of one subject, the later one has the larger number. */
  readonly id: number;
  readonly eventId: string;
  readonly accountId: string;
  readonly type: string;
  readonly occurredAt: Date;
  readonly data: EventData;
};

/** An event as receivers and callers of the API see it. */
export function toEventBody({ id, eventId, accountId, type, occurredAt, data }: ReportedEvent) {
  return {
    id: eventId,
    type,
    timestamp: occurredAt.toISOString(),
    apiVersion: API_VERSION,
    data: { accountId, ...data, sequence: id },
  };
}
