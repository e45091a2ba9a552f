import { z } from '@hono/zod-openapi';
import { eventPatterns, TEST_TYPE } from '../../../domain/webhooks/event-types.ts';
import {
  webhookDeliveryStatuses,
  webhookDisabledReasons,
} from '../../../domain/webhooks/webhook.ts';
import { Purpose, SessionId } from '../schemas/identifiers.ts';
import { fault, oneOf, oneOfOrNull } from '../schemas/one-of.ts';
import { pageFields } from '../schemas/page.ts';
import { Moment } from '../schemas/time.ts';

const MOST_PATTERNS = 40;
const MOST_FILTERS = 100;
const LONGEST_URL = 2048;
const LONGEST_DESCRIPTION = 255;
const GREATEST_ID = 2 ** 31 - 1;

const WebhookId = z
  .string()
  .regex(/^wh_[A-Za-z0-9_-]{1,37}$/, 'must be the id of a webhook')
  .openapi({ description: 'The ID of the webhook', example: 'wh_8s2kQm7dYx30vJ8s2kQm7dYx' });

const EventId = z
  .string()
  .regex(/^evt_[A-Za-z0-9_-]{1,36}$/, 'must be the id of an event')
  .openapi({ description: 'The ID of the event', example: 'evt_kQm7dYx30vJ8s2kQm7dYx30v' });

const DeliveryId = z
  .string()
  .regex(/^\d{1,10}$/, 'must be the id of a delivery')
  .refine((text) => Number(text) <= GREATEST_ID, fault('too_large', 'is too large'))
  .openapi({ description: 'The ID of the delivery', example: '17' });

export const WebhookParams = z.object({ id: WebhookId });
export const EventParams = z.object({ id: EventId });
export const DeliveryParams = z.object({ id: DeliveryId });

const Url = z.string().min(1).max(LONGEST_URL).openapi({
  description:
    'Where events are posted to: an https URL of a public address. http, and other addresses, only inside the networks of WEBHOOK_ALLOWED_NETWORKS',
  example: 'https://shop.example/webhooks/waverify',
});

const Patterns = z
  .array(z.string().min(1).max(64))
  .min(1)
  .max(MOST_PATTERNS)
  .openapi({
    description:
      'The types of events that it gets: `*` for all, a group such as `verification.*`, or a type',
    example: ['verification.*', 'delivery.failed'],
  });

const Description = z
  .string()
  .max(LONGEST_DESCRIPTION)
  .openapi({ description: 'What it is for, to recognise it by', example: 'shop backend' });

const Sessions = z.array(SessionId).min(1).max(MOST_FILTERS);
const Purposes = z.array(Purpose).min(1).max(MOST_FILTERS);
const ONLY_SESSIONS = 'Only events of these sessions; of all, if left out';
const ONLY_PURPOSES = 'Only events of verifications for these purposes; of all, if left out';
const FULL_NUMBERS = 'Whether phone numbers are sent in full; otherwise they are masked';

const Secret = z.string().min(1).max(256).openapi({
  description:
    'The secret that the receiver already has: base64 of 24 to 64 bytes, with or without `whsec_`. By default, a new one',
});

export const CreateWebhookBody = z
  .strictObject({
    url: Url,
    events: Patterns,
    description: Description.optional(),
    sessionId: SessionId.optional().openapi({
      description: 'The session whose own webhook it is: it gets only events of this session',
    }),
    sessions: Sessions.optional().openapi({ description: ONLY_SESSIONS }),
    purposes: Purposes.optional().openapi({ description: ONLY_PURPOSES }),
    fullNumbers: z.boolean().default(false).openapi({ description: FULL_NUMBERS }),
    secret: Secret.optional(),
  })
  .openapi('CreateWebhookRequest', { description: 'An endpoint that gets events.' });

export const UpdateWebhookBody = z
  .strictObject({
    url: Url.optional(),
    events: Patterns.optional(),
    description: Description.nullable().optional(),
    sessions: Sessions.nullable().optional().openapi({ description: ONLY_SESSIONS }),
    purposes: Purposes.nullable().optional().openapi({ description: ONLY_PURPOSES }),
    fullNumbers: z.boolean().optional().openapi({ description: FULL_NUMBERS }),
    isActive: z.boolean().optional().openapi({
      description:
        '`false` pauses it: events wait. `true` resumes it, even if it was disabled, and it gets the events that waited',
    }),
  })
  .refine(
    (body) => Object.keys(body).length > 0,
    fault('required', 'give at least one field to change'),
  )
  .openapi('UpdateWebhookRequest', {
    description:
      'What to change; at least one field. A field that is left out does not change; `null` clears it.',
  });

export const WebhookQuery = z.strictObject(pageFields);

export const DeliveryQuery = z.strictObject({
  ...pageFields,
  status: z.enum(webhookDeliveryStatuses).optional().openapi({ description: 'Only in this state' }),
});

export const EventQuery = z.strictObject({
  ...pageFields,
  type: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .openapi({
      description: 'Only of this type, or of a group such as `verification.*`',
      enum: [...eventPatterns, TEST_TYPE],
      example: 'verification.*',
    }),
  subject: z.string().min(1).max(128).optional().openapi({
    description: 'Only about this verification, session or webhook, by its ID',
  }),
});

export const ReplayBody = z
  .strictObject({
    since: Moment.openapi({
      description: 'Deliveries that were created since then are repeated',
      example: '2026-11-30T12:00:00Z',
    }),
    status: z.enum(['FAILED']).optional().openapi({
      description:
        '`FAILED` only repeats deliveries that have not arrived, including those that would be tried again later. If it is left out, deliveries that arrived are repeated too',
    }),
  })
  .openapi('ReplayRequest', { description: 'Which deliveries to repeat.' });

const time = (description: string) => z.iso.datetime().describe(description);

const webhookFields = {
  id: WebhookId,
  url: z.string().describe('Where events are posted to'),
  events: z.array(z.string()).describe('The event types that it gets, as patterns'),
  description: z.string().nullable().describe('What it is for'),
  sessionId: z.string().nullable().describe('The session whose own webhook it is'),
  sessions: z.array(z.string()).nullable().describe('Only events of these sessions; null for all'),
  purposes: z.array(z.string()).nullable().describe('Only for these purposes; null for all'),
  fullNumbers: z.boolean().describe(FULL_NUMBERS),
  isActive: z.boolean().describe('Whether events are pushed to it'),
  disabledReason: oneOfOrNull(webhookDisabledReasons).openapi({
    description:
      'Why it is not active: `paused` (by a user), `gone` (it answered 410), or `failing` (no attempt has succeeded for three days)',
  }),
  failures: z.int().describe('How many attempts have failed since the last success'),
  failingSince: time('When attempts began to fail without a success in between').nullable(),
  lastError: z.string().nullable().describe('What went wrong at the last attempt'),
  lastSuccessAt: time('When an event last arrived, within ten seconds').nullable(),
  createdAt: time('When it was created'),
  updatedAt: time('When it was last changed'),
};

export const Webhook = z
  .object(webhookFields)
  .openapi('Webhook', { description: 'An endpoint that gets events.' });

export const WebhookWithSecret = z
  .object({
    ...webhookFields,
    secret: z.string().openapi({
      description: 'The secret that signs its events. It is shown only once',
      example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=',
    }),
  })
  .openapi('WebhookWithSecret', { description: 'A webhook and its secret.' });

export const DeletedWebhook = z.object({ id: z.string().describe('The deleted webhook') });

export const TestedWebhook = z.object({ eventId: EventId.describe('The test event') });

export const Replayed = z.object({
  replayed: z.int().describe('How many deliveries are repeated'),
});

export const Delivery = z
  .object({
    id: z.string().openapi({ description: 'The ID of the delivery', example: '17' }),
    webhookId: z.string().describe('The webhook'),
    eventId: z.string().describe('The event: also the `webhook-id` of each attempt'),
    type: z.string().openapi({ description: 'The type of the event', example: 'delivery.failed' }),
    status: oneOf(webhookDeliveryStatuses).openapi({
      description: '`PENDING` (not tried), `RETRYING` (tried again later), `SUCCESS` or `FAILED`',
      example: 'SUCCESS',
    }),
    attempts: z.int().describe('How many attempts have been made'),
    nextAttemptAt: time('When the next attempt is due').nullable(),
    responseStatus: z.int().nullable().describe('The status of the last response'),
    response: z.string().nullable().describe('The first kilobyte of the last response'),
    lastError: z.string().nullable().describe('What went wrong at the last attempt'),
    durationMs: z.int().nullable().describe('How long the last attempt took, in milliseconds'),
    occurredAt: time('When the event happened'),
    createdAt: time('When it was queued'),
    updatedAt: time('When it was last tried'),
  })
  .openapi('WebhookDelivery', { description: 'The delivery of an event to a webhook.' });

export const Event = z
  .object({
    id: EventId,
    type: z.string().openapi({ description: 'What happened', example: 'verification.approved' }),
    timestamp: time('When it happened'),
    apiVersion: z.string().openapi({ description: 'The version of this format' }),
    data: z
      .looseObject({
        accountId: z.string().describe('The account'),
        sequence: z
          .int()
          .describe('Of two events about the same subject, the later one has the larger number'),
      })
      .describe('The details of the event. They never contain a code; phone numbers are masked'),
  })
  .openapi('Event', { description: 'An event, as it is pushed to webhooks.' });
