import { z } from '@hono/zod-openapi';
import {
  ignorableChats,
  sessionUses,
  storeLevels,
} from '../../../domain/conversations/session-settings.ts';
import { sessionStates, sessionStatuses } from '../../../domain/whatsapp/session.ts';
import { contactBlockReasons, sessionReasons } from '../../../domain/whatsapp/session-reason.ts';
import { E164, SessionId, SessionName, SessionPath } from '../schemas/identifiers.ts';
import { fault } from '../schemas/one-of.ts';
import { pageFields } from '../schemas/page.ts';
import { AskedAccountId } from '../users/user-schemas.ts';
import { MessageText } from './session-message-schemas.ts';

export const SessionQuery = z.strictObject({ ...pageFields, accountId: AskedAccountId });

export const SessionParams = z.object({ id: SessionPath });

const webhookFields = {
  webhookUrl: z.string().min(1).max(2048).nullable().optional().openapi({
    description: 'Where the events of this session are posted to; `null` removes the webhook',
    example: 'https://shop.example/webhooks/whatsapp',
  }),
  webhookSecret: z.string().min(1).max(256).optional().openapi({
    description:
      'The secret that the receiver already has: base64 of 24 to 64 bytes, with or without `whsec_`. By default, a new one, which is only in this response',
  }),
  webhookEvents: z
    .array(z.string().min(1).max(64))
    .min(1)
    .max(40)
    .optional()
    .openapi({
      description:
        'The types of events that it gets: `*` for all of this session, a group such as `session.*`, or a type. All, if left out',
      example: ['session.*', 'delivery.failed'],
    }),
};

const settingFields = {
  store: z.enum(storeLevels).optional().openapi({
    description:
      'What the session stores of its conversations: `none` (the default); `headers`, who wrote when and what kind of message; or `content`, also what it says, encrypted. A lower value erases what is above it',
  }),
  use: z.enum(sessionUses).optional().openapi({
    description:
      'What the session is for: `passcodes` (the default), `conversations`, which sends no codes, or `both`. With `both`, codes go first, but wait while a message to a large group is being encrypted',
  }),
  ignore: z
    .array(z.enum(ignorableChats))
    .max(ignorableChats.length)
    .optional()
    .openapi({
      description:
        'The kinds of chats of which nothing is decrypted, reported or stored; all of them by default',
      example: ['groups', 'status', 'newsletters'],
    }),
  metadata: z
    .record(z.string().min(1).max(40), z.string().max(500))
    .refine(
      (pairs) => Object.keys(pairs).length <= 20,
      fault('too_large', 'must have at most 20 pairs'),
    )
    .optional()
    .openapi({
      description:
        'Your own data about the session: at most 20 pairs of a name (40 characters) and a text (500). Replaces all pairs',
      example: { workflow: 'welcome', branch: 'Jakarta' },
    }),
  autoReply: z
    .strictObject({
      text: MessageText.nullable()
        .optional()
        .describe('What to answer. Without it, the built-in text, which only suits `passcodes`'),
    })
    .nullable()
    .optional()
    .describe(
      'Answers people who write to the session, each at most once in 24 hours; `null` (the default) for no answer',
    ),
};

export const CreateSessionBody = z
  .strictObject({
    sessionId: SessionId.optional().openapi({
      description: 'The name of the session; a random one, if left out',
    }),
    ...settingFields,
    ...webhookFields,
  })
  .openapi('CreateSessionRequest', { description: 'A session to create.' });

export const UpdateSessionBody = z
  .strictObject({ ...settingFields, ...webhookFields })
  .openapi('UpdateSessionRequest', { description: 'What to change of a session.' });

export const SessionRef = z
  .object({ id: SessionId })
  .openapi('SessionName', { description: 'The name of a session.' });

const webhookAnswer = {
  webhookUrl: z.string().nullable().describe('Where the events of this session are posted to'),
  webhookEvents: z.array(z.string()).nullable().describe('The types of events that it gets'),
  webhookSecret: z
    .string()
    .nullable()
    .describe('The secret that signs its events, if the secret is new. It is shown only once'),
};

const settings = {
  store: z.enum(storeLevels).describe('What the session stores of its conversations'),
  use: z.enum(sessionUses).describe('What the session is for'),
  ignore: z.array(z.enum(ignorableChats)).describe('The kinds of chats that it ignores'),
  autoReply: z
    .object({
      text: z.string().nullable().describe('The text of the answer; null for the built-in one'),
    })
    .nullable()
    .describe('The answer that people get who write to the session; null for none'),
  metadata: z.record(z.string(), z.string()).describe('Your own data about the session'),
};

export const ChangedSession = z
  .object({ id: SessionId, ...settings, ...webhookAnswer })
  .openapi('ChangedSession', { description: 'A session, its settings and its webhook.' });

export const CreatedSession = z
  .object({ id: SessionId, ...z.object(webhookAnswer).partial().shape })
  .openapi('CreatedSession', { description: 'A session, and its webhook if it has one.' });

const State = z.enum(sessionStates).openapi({
  description:
    'From `unlinked` through `qr` or `code`, `linking` and `connecting` to `open`; `backoff` before the next attempt. A `stopped` session waits for a restart. In `replaced`, `logged_out`, `banned`, `outdated` and `failed`, someone has to act',
});

const status = {
  sessionId: SessionName,
  accountId: z
    .string()
    .optional()
    .describe('The account of the session; only for users with the role `ADMIN`'),
  status: z.enum(sessionStatuses).describe('A short form of `state`, with four values'),
  state: State,
  reason: z.enum(sessionReasons).nullable().describe('Why the session is in this state'),
  errorMessage: z.string().nullable().openapi({
    description: 'Details of the reason, as the network or the system reported them, for people',
    example: 'web.whatsapp.com: HTTP status 503',
  }),
  attempt: z.int().describe('Consecutive failed attempts to connect'),
  nextTryAt: z.iso.datetime().nullable().describe('When the next attempt to connect is made'),
  isConnected: z.boolean().describe('Whether messages can be sent from it now'),
};

export const SessionStatus = z
  .object(status)
  .openapi('SessionStanding', { description: 'The status of a session.' });

export const Session = z
  .object({
    ...status,
    phoneNumber: E164.nullable().openapi({ description: 'The linked number, in E.164' }),
    name: z
      .string()
      .nullable()
      .describe('The display name of the WhatsApp account. Untrusted: its owner chose it'),
    userId: z
      .string()
      .nullable()
      .describe('WhatsApp’s own ID of the account: its hidden ID, or that of its number'),
    deviceInfo: z
      .object({
        platform: z
          .string()
          .nullable()
          .describe('What kind of phone it is linked to, such as `android`, `iphone` or `smba`'),
        version: z.string().describe('The version of WhatsApp Web that the session reports'),
      })
      .nullable()
      .describe('The linked device; null before it has connected'),
    connectedAt: z.iso.datetime().nullable().describe('When it last connected'),
    disconnectedAt: z.iso.datetime().nullable().describe('When it last disconnected'),
    createdAt: z.iso.datetime().describe('When it was created'),
    ...settings,
    keptHere: z.boolean().describe('Whether the node that answers hosts the session'),
    contactsBlockedUntil: z.iso
      .datetime()
      .nullable()
      .describe('Until this time, the session only sends to known contacts'),
    contactsBlockedBy: z
      .enum(contactBlockReasons)
      .nullable()
      .describe('Why new contacts are blocked'),
    queue: z
      .object({
        waiting: z.int().describe('Messages that are waiting to be sent'),
        oldestSeconds: z.number().describe('How many seconds the oldest message has waited'),
      })
      .describe('The send queue of the session'),
  })
  .openapi('Session', { description: 'A WhatsApp session.' });
