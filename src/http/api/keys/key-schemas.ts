import { z } from '@hono/zod-openapi';
import { keyStates } from '../../../domain/access/api-key.ts';
import { ALL_SCOPES, keyModes, scopes } from '../../../domain/access/permissions.ts';
import { isRegion } from '../../../domain/phone-number/phone-number.ts';
import { pageFields } from '../schemas/page.ts';
import { Moment } from '../schemas/time.ts';
import { wholeNumber } from '../schemas/whole-number.ts';
import { Purpose, SessionId } from '../verification/verification-schemas.ts';

/** What could break a line, or turn its direction around, where keys are listed. */
const STEERING = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** More than anybody has a use for; a body takes 16 KiB. */
const LONGEST_LIST = 100;

const DAY_SECONDS = 86_400;
const LONGEST_OVERLAP_SECONDS = 7 * DAY_SECONDS;

const Scope = z.enum([...scopes, ALL_SCOPES]);
const Mode = z.enum(keyModes);
const State = z.enum(keyStates);

const Region = z.string().refine(isRegion, 'must be an ISO 3166 region such as ID');

const SendsPerHour = wholeNumber({ min: 1, max: 1_000_000 });

/** Read in full by the service, which knows what an address is. */
const Network = z.string().max(64);

function listOf<T extends z.ZodType>(item: T, description: string) {
  return z.array(item).min(1).max(LONGEST_LIST).optional().openapi({ description });
}

export const KeyParams = z.object({
  keyId: z.string().regex(/^[A-Za-z0-9_-]{1,32}$/, 'must be a keyId as making a key returned it'),
});

export const CreateKeyBody = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(120)
      .refine((text) => text.trim() === text, 'must not begin or end with a blank')
      .refine((text) => !STEERING.test(text), 'must hold no control characters')
      .openapi({ example: 'shop backend' }),
    mode: Mode.default('live').openapi({
      description: '`test` keys reach the test numbers of the account and nobody else',
    }),
    scopes: z
      .array(Scope)
      .min(1)
      .max(LONGEST_LIST)
      .openapi({
        description: 'What it is for; `*` alone is everything in the account',
        example: ['otp:send', 'otp:verify'],
      }),
    sessions: listOf(SessionId, 'Sessions that it may use; without it, any'),
    purposes: listOf(Purpose, 'Purposes that it may use; without it, any'),
    regions: listOf(Region, 'Regions that it may reach; without it, any that are served'),
    networks: listOf(
      Network,
      'Networks (`192.0.2.0/24`, `2001:db8::/48`) or IPv4 addresses that it may be used from. IPv6 prefixes have at most 64 bits, because clients are known by their /64. Without it, any.',
    ),
    sendsPerHour: SendsPerHour.optional().openapi({
      description:
        'Sends an hour, where it may do fewer than `LIMIT_SENDS_PER_KEY_HOUR`. Keys that it makes, and the one that replaces it, share this budget. Without it, that limit alone.',
      example: 200,
    }),
    expiresAt: Moment.optional().openapi({
      description: 'Without it, it has no end',
      example: '2027-01-31T12:00:00Z',
    }),
    clientIp: z.boolean().default(true).openapi({
      description:
        'Whether requests with it may name the address of the end user in `clientIp`. `false` for a key that runs where end users could change it.',
    }),
  })
  .openapi('CreateKeyRequest');

export const RotateKeyBody = z
  .strictObject({
    overlapSeconds: wholeNumber({ min: 0, max: LONGEST_OVERLAP_SECONDS })
      .default(DAY_SECONDS)
      .openapi({ description: 'How long the old key is still good' }),
  })
  .openapi('RotateKeyRequest');

export const KeyQuery = z.strictObject({
  ...pageFields,
  state: State.optional(),
  mode: Mode.optional(),
});

const anyOr = <T extends z.ZodType>(item: T) =>
  z.array(item).nullable().openapi({ description: 'null for any' });

const fields = {
  keyId: z.string().openapi({ example: 'Yx3-0vJ8s_2kQm7d' }),
  name: z.string(),
  prefix: z.string().openapi({ example: 'wv_live_h4Kx' }),
  mode: Mode,
  state: State,
  scopes: z.array(Scope),
  sessions: anyOr(SessionId),
  purposes: anyOr(Purpose),
  regions: anyOr(Region),
  networks: anyOr(z.string().openapi({ example: '192.0.2.0/24' })),
  sendsPerHour: SendsPerHour.nullable().openapi({
    description: 'Sends an hour; null for no budget of its own',
  }),
  createdBy: z
    .string()
    .openapi({ description: '`bootstrap` (the key of the environment), `key:…` or `user:…`' }),
  expiresAt: z.iso.datetime().nullable(),
  clientIp: z.boolean().openapi({ description: 'Whether requests with it may name `clientIp`' }),
  lastUsedAt: z.iso.datetime().nullable().openapi({ description: 'Written every few seconds' }),
  revokedAt: z.iso.datetime().nullable(),
  rotatedTo: z.string().nullable().openapi({ description: 'The key that took its place' }),
  createdAt: z.iso.datetime(),
};

export const Key = z.object(fields).openapi('Key');

export const CreatedKey = z
  .object({
    ...fields,
    secret: z.string().openapi({
      description: 'The key itself. It is shown here and nowhere again.',
      example: `wv_live_h4Kx${'•'.repeat(39)}`,
    }),
  })
  .openapi('MadeKey');
