import { z } from '@hono/zod-openapi';
import { keyStates } from '../../../domain/access/api-key.ts';
import { ALL_SCOPES, keyModes, scopes } from '../../../domain/access/permissions.ts';
import { isRegion } from '../../../domain/phone-number/phone-number.ts';
import { Purpose, SessionId } from '../schemas/identifiers.ts';
import { fault } from '../schemas/one-of.ts';
import { pageFields } from '../schemas/page.ts';
import { Moment } from '../schemas/time.ts';
import { wholeNumber } from '../schemas/whole-number.ts';

/** Characters that could break a line or change its direction where keys are listed. */
const STEERING = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** More than anyone needs. A body has at most 16 KiB. */
const LONGEST_LIST = 100;

const DAY_SECONDS = 86_400;
const LONGEST_OVERLAP_SECONDS = 7 * DAY_SECONDS;

const Scope = z.enum([...scopes, ALL_SCOPES]);
const Mode = z.enum(keyModes);
const State = z.enum(keyStates);

const Region = z
  .string()
  .refine(isRegion, fault('invalid_format', 'must be an ISO 3166 region such as ID'))
  .openapi({ pattern: '^[A-Z]{2}$', example: 'ID' });

const SendsPerHour = wholeNumber({ min: 1, max: 1_000_000 });

/** The service parses it. Here only the length is checked. */
const Network = z.string().max(64);

function listOf<T extends z.ZodType>(item: T, description: string) {
  return z.array(item).min(1).max(LONGEST_LIST).optional().openapi({ description });
}

const KeyId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,32}$/, 'must be the keyId of an API key')
  .openapi({ description: 'The ID of the API key', example: 'Yx3-0vJ8s_2kQm7d' });

export const KeyParams = z.object({ keyId: KeyId });

export const CreateKeyBody = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(120)
      .refine(
        (text) => text.trim() === text,
        fault('invalid_format', 'must not begin or end with a space'),
      )
      .refine(
        (text) => !STEERING.test(text),
        fault('control_characters', 'must not contain control characters'),
      )
      .openapi({ description: 'A name to recognise it by', example: 'shop backend' }),
    mode: Mode.default('live').openapi({
      description: '`live`: reaches every number except test numbers. `test`: only test numbers',
    }),
    scopes: z
      .array(Scope)
      .min(1)
      .max(LONGEST_LIST)
      .openapi({
        description: 'What it may do. `*`, which stands alone, is everything in the account',
        example: ['otp:send', 'otp:verify'],
      }),
    sessions: listOf(SessionId, 'Sessions that it may use; any, if left out'),
    purposes: listOf(Purpose, 'Purposes that it may use; any, if left out'),
    regions: listOf(Region, 'Regions (ISO 3166) that it may send to; any, if left out'),
    networks: listOf(
      Network,
      'Networks (`192.0.2.0/24`, `2001:db8::/48`) or IPv4 addresses from which it may be used; any, if left out. IPv6 prefixes have at most 64 bits, because IPv6 clients are identified by their /64',
    ),
    sendsPerHour: SendsPerHour.optional().openapi({
      description:
        'Sends per hour, if fewer than `LIMIT_SENDS_PER_KEY_HOUR`. Keys that it creates, and the key that replaces it, share this budget',
      example: 200,
    }),
    expiresAt: Moment.optional().openapi({
      description: 'When it expires; never, if left out',
      example: '2027-01-31T12:00:00Z',
    }),
    clientIp: z.boolean().default(true).openapi({
      description:
        'Whether its requests may include `clientIp`. Use `false` for a key in a place where end users could forge their address',
    }),
  })
  .openapi('CreateKeyRequest', { description: 'An API key to create.' });

export const RotateKeyBody = z
  .strictObject({
    overlapSeconds: wholeNumber({ min: 0, max: LONGEST_OVERLAP_SECONDS })
      .default(DAY_SECONDS)
      .openapi({ description: 'For how many seconds the old key stays valid' }),
  })
  .openapi('RotateKeyRequest', { description: 'How to rotate an API key.' });

export const KeyQuery = z.strictObject({
  ...pageFields,
  state: State.optional().openapi({ description: 'Only API keys in this state' }),
  mode: Mode.optional().openapi({ description: 'Only API keys of this mode' }),
});

const anyOr = <T extends z.ZodType>(item: T, description: string) =>
  z
    .array(item)
    .nullable()
    .openapi({ description: `${description}; null for any` });

const fields = {
  keyId: KeyId,
  name: z.string().describe('A name to recognise it by'),
  prefix: z.string().openapi({
    description: 'The beginning of the secret, to recognise it by',
    example: 'wv_live_h4Kx',
  }),
  mode: Mode.describe(
    '`live`: reaches every number except test numbers. `test`: only test numbers',
  ),
  state: State.describe('Whether it can be used'),
  scopes: z.array(Scope).describe('What it may do; `*` is everything in the account'),
  sessions: anyOr(SessionId, 'Sessions that it may use'),
  purposes: anyOr(Purpose, 'Purposes that it may use'),
  regions: anyOr(Region, 'Regions (ISO 3166) that it may send to'),
  networks: anyOr(
    z.string().openapi({ example: '192.0.2.0/24' }),
    'Networks from which it may be used',
  ),
  sendsPerHour: SendsPerHour.nullable().openapi({
    description: 'Sends per hour; null if it has no budget of its own',
  }),
  createdBy: z.string().openapi({
    description:
      'Who created it: `bootstrap` (the `API_KEY` of the installation), `key:…` or `user:…`',
    example: 'user:12',
  }),
  expiresAt: z.iso.datetime().nullable().describe('When it expires; null for never'),
  clientIp: z.boolean().describe('Whether its requests may include `clientIp`'),
  lastUsedAt: z.iso
    .datetime()
    .nullable()
    .describe('When it was last used, to within a few seconds; null for never'),
  revokedAt: z.iso.datetime().nullable().describe('When it was revoked'),
  rotatedTo: z.string().nullable().describe('The ID of the API key that replaced it'),
  createdAt: z.iso.datetime().describe('When it was created'),
};

export const Key = z.object(fields).openapi('Key', { description: 'An API key.' });

export const CreatedKey = z
  .object({
    ...fields,
    secret: z.string().openapi({
      description: 'The API key itself. It is shown here and never again',
      example: `wv_live_h4Kx${'•'.repeat(39)}`,
    }),
  })
  .openapi('MadeKey', { description: 'An API key that was just created, with its secret.' });
