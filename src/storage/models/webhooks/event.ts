import type { EventData } from '../../../domain/webhooks/event.ts';
import { json, nullable, serial, string, time, unique } from '../../columns.ts';
import { table } from '../../table.ts';

/** Something that happened in an account that has an endpoint. */
export class Event extends table('events', {
  // Also the sequence: of two events of one subject, the later one has the larger number.
  id: serial,
  eventId: unique(string(40)),
  accountId: string(36),
  type: string(40),
  // The verification, session or endpoint that it is about.
  subject: string(128),
  sessionId: nullable(string(128)),
  purpose: nullable(string(32)),
  data: json<EventData>(),
  occurredAt: time,
  createdAt: time,
}) {}
