import { z } from '@hono/zod-openapi';
import { keyModes } from '../../../domain/access/permissions.ts';
import { deliveryFailureReasons } from '../../../domain/delivery/delivery.ts';
import { MOST_STEPS } from '../../../domain/delivery/workflow.ts';
import { CODE_SECONDS, hookDialects, relayStatuses } from '../../../domain/hooks/hook.ts';
import { PROBLEMS } from '../../errors/problems.ts';
import {
  ChannelName,
  ChannelNameOrNull,
  channelOr,
  DeliveryStatus,
} from '../schemas/identifiers.ts';
import { fault, oneOf, oneOfOrNull } from '../schemas/one-of.ts';
import { pageFields } from '../schemas/page.ts';
import { wholeNumber } from '../schemas/whole-number.ts';

const HookId = z
  .string()
  .regex(/^hk_[A-Za-z0-9_-]{1,37}$/, 'must be the id of a hook')
  .openapi({ description: 'The ID of the hook', example: 'hk_8s2kQm7dYx30vJ8s2kQm7dYx' });

export const HookParams = z.object({ id: HookId });
export const HookQuery = z.strictObject(pageFields);

const Dialect = z.enum(hookDialects).openapi({
  description: 'The server that calls it; `generic` for programs of your own',
  example: 'supabase',
});

const Channels = z.array(channelOr()).min(1).max(MOST_STEPS).openapi({
  description:
    'The channels to try, in order; the workflow of the account, if left out. For an email address, only those that reach one are tried',
});

const Regions = z
  .array(z.string().regex(/^[A-Z]{2}$/, 'must be an ISO 3166 code'))
  .min(1)
  .max(100)
  .openapi({
    description: 'The only regions (ISO 3166) that it sends to; all that are allowed, if left out',
    example: ['ID', 'SG'],
  });

const Domains = z
  .array(z.string().min(1).max(253))
  .max(20)
  .openapi({
    description: 'The domains to which a text of the server may link',
    example: ['shop.example'],
  });

const Secret = z.string().min(1).max(255).openapi({
  description:
    'The secret that the server has chosen, such as the signing key of ZITADEL; a new one, if left out',
});

const MODE = '`test`: it sends nothing, and shows its calls';
const RELAY_TEXT =
  'Whether the text of the server is sent, if it has at most 320 characters and no link to another domain than `linkDomains`. Otherwise our own text with the code is sent';
const TTL =
  'How long the codes are valid, as the message says, in seconds, unless the call says it';
const SENDS_PER_HOUR =
  'How many codes it may send per hour; without it, there is no separate limit';

const edits = {
  description: z.string().max(255).nullable().optional().openapi({
    description: 'What it is for, to recognise it by',
    example: 'Login of the shop',
  }),
  channels: Channels.nullable().optional(),
  regions: Regions.nullable().optional(),
  companyName: z.string().min(1).max(60).nullable().optional().openapi({
    description: 'The name of the sender in our own text',
    example: 'Kopi & Roti',
  }),
  relayText: z.boolean().optional().openapi({ description: RELAY_TEXT }),
  linkDomains: Domains.nullable().optional(),
  codeTtlSeconds: wholeNumber(CODE_SECONDS).optional().openapi({ description: TTL }),
  sendsPerHour: wholeNumber({ min: 1, max: 1_000_000 })
    .nullable()
    .optional()
    .openapi({ description: SENDS_PER_HOUR }),
};

export const CreateHookBody = z
  .strictObject({
    dialect: Dialect,
    mode: z.enum(keyModes).default('live').openapi({ description: MODE }),
    secret: Secret.optional(),
    ...edits,
  })
  .openapi('CreateHookRequest', { description: 'A hook for a server that creates its own codes.' });

export const UpdateHookBody = z
  .strictObject({
    ...edits,
    isActive: z.boolean().optional().openapi({ description: '`false` refuses all calls' }),
  })
  .refine(
    (body) => Object.keys(body).length > 0,
    fault('required', 'give at least one field to change'),
  )
  .openapi('UpdateHookRequest', {
    description:
      'What to change; at least one field. A field that is left out does not change; `null` clears it.',
  });

export const RotateHookBody = z
  .strictObject({ secret: Secret.optional() })
  .openapi('RotateHookRequest', { description: 'The next secret.' });

const time = (description: string) => z.iso.datetime().describe(description);

const hookFields = {
  id: HookId,
  dialect: oneOf(hookDialects).openapi({ description: 'The server that calls it' }),
  url: z.string().openapi({
    description: 'The address to enter in the server',
    example: 'https://otp.example/api/hooks/supabase/hk_8s2kQm7dYx30vJ8s2kQm7dYx',
  }),
  mode: oneOf(keyModes).openapi({ description: MODE }),
  description: z.string().nullable().describe('What it is for'),
  channels: z.array(ChannelName).nullable().describe('The channels to try; null for the workflow'),
  regions: z.array(z.string()).nullable().describe('The only regions that it sends to'),
  companyName: z.string().nullable().describe('The name of the sender in our own text'),
  relayText: z.boolean().describe(RELAY_TEXT),
  linkDomains: z.array(z.string()).nullable().describe('The domains to which texts may link'),
  codeTtlSeconds: z.int().describe(TTL),
  sendsPerHour: z.int().nullable().describe(SENDS_PER_HOUR),
  isActive: z.boolean().describe('Whether calls are accepted'),
  lastUsedAt: time('When it was last called with the right secret, within a minute').nullable(),
  lastRefusedAt: time(
    'When a call was last refused because of its signature or secret, within a minute',
  ).nullable(),
  createdAt: time('When it was created'),
  updatedAt: time('When it was last changed'),
};

export const Hook = z
  .object(hookFields)
  .openapi('Hook', { description: 'A URL that a server calls to have its codes delivered.' });

const SampleRequest = z
  .object({
    method: z.string().describe('The method'),
    url: z.string().describe('The address'),
    headers: z
      .record(z.string(), z.string())
      .describe('The headers; in place of a secret or signature, how it is made'),
    body: z.looseObject({}).describe('The body'),
  })
  .openapi('HookSampleRequest', { description: 'A call as the server makes it.' });

export const HookWithSecret = z
  .object({
    ...hookFields,
    secret: z.string().openapi({
      description: 'The secret to enter in the server. It is shown only once',
      example: 'wv_hook_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo',
    }),
    sampleRequest: SampleRequest,
  })
  .openapi('HookWithSecret', { description: 'A hook and its secret.' });

export const Sample = SampleRequest;
export const DeletedHook = z.object({ id: z.string().describe('The deleted hook') });

const CallDelivery = z
  .object({
    channel: ChannelName.describe('The channel'),
    status: DeliveryStatus.describe('The status of the attempt'),
    reason: oneOfOrNull(deliveryFailureReasons).openapi({ description: 'Why it failed' }),
    note: z
      .string()
      .nullable()
      .describe('What the channel reported, for people; its wording may change'),
    createdAt: time('When it was tried'),
    acceptedAt: time('When the channel accepted it').nullable(),
    deliveredAt: time('When it arrived').nullable(),
    readAt: time('When it was read').nullable(),
    failedAt: time('When it failed').nullable(),
  })
  .openapi('HookCallDelivery', { description: 'An attempt to deliver the message of a call.' });

export const HookCall = z
  .object({
    id: z.string().openapi({
      description: 'The ID of the message: the `verificationId` in the activity log',
      example: '5d41402abc4b2a76b9719d911017c592',
    }),
    phoneNumber: z.string().nullable().openapi({
      description: 'The recipient, masked; null if the call named none',
      example: '+62812****7890',
    }),
    region: z.string().nullable().describe('The region of the number'),
    purpose: z.string().nullable().describe('What the code is for'),
    codeLength: z.int().describe('How many characters the code has; 0 if it was not read'),
    status: oneOf(relayStatuses).openapi({
      description:
        '`received`, `sending`, `accepted` (by a channel), `failed`, `refused` (nothing was sent), or `test`',
      example: 'accepted',
    }),
    reason: oneOfOrNull(Object.keys(PROBLEMS)).openapi({
      description: 'The error code of a refusal or failure',
    }),
    channel: ChannelNameOrNull.describe('The channel that accepted the message'),
    createdAt: time('When the call arrived'),
    updatedAt: time('When it last changed'),
    deliveries: z.array(CallDelivery).describe('The attempts to deliver it, oldest first'),
  })
  .openapi('HookCall', {
    description: 'A call of a hook. Neither the code nor the text is stored.',
  });
