import { z } from '@hono/zod-openapi';
import { sessionStates } from '../../../domain/whatsapp/session.ts';
import { contactBlockReasons, sessionReasons } from '../../../domain/whatsapp/session-reason.ts';
import { PhoneNumber, SessionId, SessionPath } from '../verification/verification-schemas.ts';

/** Characters that a text may not hold: control characters but for line breaks, and halves of characters. */
const UNSENDABLE = /(?![\r\n])[\p{Cc}\p{Cs}]/u;

const LONGEST_MESSAGE = 4096;

export const SessionParams = z.object({ id: SessionPath });

export const CreateSessionBody = z
  .strictObject({
    sessionId: SessionId.optional().openapi({ description: 'One is drawn when it is left out' }),
  })
  .openapi('CreateSessionRequest');

export const PairBody = z
  .strictObject({
    number: PhoneNumber.openapi({ description: 'The number of the account that is to be linked' }),
  })
  .openapi('PairRequest');

export const SendMessageBody = z
  .strictObject({
    to: PhoneNumber,
    message: z
      .string()
      .min(1)
      .max(LONGEST_MESSAGE)
      .refine((text) => !UNSENDABLE.test(text), 'must hold no control characters but line breaks')
      .refine((text) => text.trim() !== '', 'must not be blank')
      .openapi({
        description: 'Plain text; control characters but line breaks are refused',
        example: 'Your order is on its way.',
      }),
  })
  .openapi('SendMessageRequest');

/** Nothing to say, but said in JSON: a form of another site cannot send that. */
export const EmptyBody = z.strictObject({}).openapi('EmptyRequest');

const qrFormats = ['json', 'png', 'svg', 'txt'] as const;

export const QrQuery = z.strictObject({
  format: z
    .enum(qrFormats)
    .default('json')
    .openapi({ description: '`txt` is for terminals; its last line is the text behind the QR' }),
});

export const Created = z.object({ id: SessionId }).openapi('SessionName');

const State = z.enum(sessionStates).openapi({
  description:
    'From `unlinked` by `qr` or `code`, `linking` and `connecting` to `open`, and `backoff` before the next try. `replaced`, `logged_out`, `banned`, `outdated` and `failed` wait for a person.',
});

const standing = {
  sessionId: z
    .string()
    .openapi({ description: 'Its name; for operators its id, `account~name`', example: 'default' }),
  accountId: z
    .string()
    .optional()
    .openapi({ description: 'The account that it belongs to: for operators, who see all' }),
  status: z.enum(['active', 'inactive', 'error', 'connecting']),
  state: State,
  reason: z.enum(sessionReasons).nullable().openapi({ description: 'Why it came to this state' }),
  errorMessage: z.string().nullable().openapi({
    description: 'More on the reason, as the network or the credentials said it: for people',
    example: 'web.whatsapp.com: HTTP status 503',
  }),
  attempt: z.int().openapi({ description: 'Tries in a row that failed' }),
  nextTryAt: z.iso.datetime().nullable(),
  isConnected: z.boolean(),
};

export const SessionStanding = z.object(standing).openapi('SessionStanding');

export const Session = z
  .object({
    ...standing,
    phoneNumber: z.string().nullable().openapi({ example: '+6281234567890' }),
    name: z
      .string()
      .nullable()
      .openapi({ description: 'What the account calls itself: text of a stranger' }),
    connectedAt: z.iso.datetime().nullable(),
    disconnectedAt: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
    keptHere: z.boolean().openapi({ description: 'Whether the node that answers keeps it' }),
    contactsBlockedUntil: z.iso.datetime().nullable().openapi({
      description: 'Until then the session writes to nobody whom it has not written to before',
    }),
    contactsBlockedBy: z.enum(contactBlockReasons).nullable(),
    queue: z.object({ waiting: z.int(), oldestSeconds: z.number() }),
  })
  .openapi('Session');

const expiry = {
  expiresAt: z.iso.datetime(),
  expiresIn: z.int().openapi({ description: 'Seconds until WhatsApp accepts it no more' }),
};

export const Qr = z
  .object({
    qr: z.string().openapi({ description: 'The text behind the QR' }),
    dataUrl: z.string().openapi({ description: 'The QR as a PNG, for an `img` element' }),
    ...expiry,
  })
  .openapi('SessionQr');

export const PairingCode = z
  .object({ pairingCode: z.string().openapi({ example: 'ABCD1234' }), ...expiry })
  .openapi('PairingCode');

export const SentText = z
  .object({ messageId: z.string(), timestamp: z.iso.datetime() })
  .openapi('SentMessage');
