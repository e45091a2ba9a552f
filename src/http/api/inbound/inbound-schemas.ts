import { z } from '@hono/zod-openapi';
import {
  inboundOutcomes,
  inboundProblems,
  inboundStatuses,
} from '../../../domain/verification/inbound.ts';
import { E164, SessionName, VerificationId } from '../schemas/identifiers.ts';
import { oneOf, oneOfOrNull } from '../schemas/one-of.ts';

export const InboundParams = z.object({ verificationId: VerificationId });

const returnsCode = z
  .boolean()
  .describe('Whether a code is sent back to the person, which verifies when it is entered');

const receiver = {
  channel: z
    .string()
    .describe('The channel to whose number the message goes; `whatsapp` for that of a session'),
  sessionId: SessionName.nullable().describe(
    'The session to whose number the message goes; null for the number of another channel',
  ),
};

const expiry = {
  expiresAt: z.iso
    .datetime()
    .describe(
      'When the verification expires. Until then, the message, and the code sent back, are accepted',
    ),
  expiresIn: z.int().describe('Seconds until then; 0 when it has ended'),
};

/** A verification that waits for a message. */
export const WaitingForMessage = z
  .object({
    verificationId: VerificationId,
    method: z.literal('inbound').describe('Always `inbound`'),
    phoneNumber: E164.optional().openapi({
      description: 'The number that must send the message; absent if any number may',
    }),
    ...receiver,
    status: z.literal('waiting').describe('Always `waiting`'),
    link: z.string().openapi({
      description:
        'Opens WhatsApp with the message filled in, on a phone and on a computer. It contains the token: show it only to the person who is to be verified',
      example: 'https://wa.me/6281230000001?text=I%20want%20to%20verify…',
    }),
    qr: z.string().describe('The link as a QR code: an SVG in a `data:` URL, for an `img` element'),
    text: z.string().openapi({
      description: 'The message, with the token, for people who type it themselves',
      example:
        'I want to verify my number for Kopi & Roti (login): WV-7K3M-9QXA-2B4C-5D6E\nSend this only if you asked for it yourself.',
    }),
    returnCode: returnsCode,
    ...expiry,
  })
  .openapi('WaitingForMessage', {
    description: 'A verification by a message that the person sends to us.',
  });

export const InboundVerification = z
  .object({
    verificationId: VerificationId,
    method: z.literal('inbound').describe('Always `inbound`'),
    status: oneOf(inboundStatuses).describe(
      '`waiting` for the message; `code_sent`: the message has arrived, and the code that was sent back is to be entered; `verified`; `expired`; `failed`',
    ),
    phoneNumber: E164.nullable().openapi({
      description: 'The number that is verified; null until then. Trust this one',
    }),
    purpose: z.string().describe('What the verification is for'),
    ...receiver,
    returnCode: returnsCode,
    problem: oneOfOrNull(inboundProblems).describe(
      'Why the latest message with the token did not count. `other_number`: another number than the one that was asked for sent it. `pending_identity`: WhatsApp does not say which number sent it. `number_not_accepted`: its region is not served. `too_many_open`: the number has too many open verifications. `reply_failed`: the code could not be sent back; the message can be sent again',
    ),
    refusals: z.int().describe('How many messages with the token did not count'),
    createdAt: z.iso.datetime().describe('When it was started'),
    verifiedAt: z.iso.datetime().nullable().describe('When it was verified'),
    ...expiry,
  })
  .openapi('InboundVerification', {
    description: 'The progress of a verification by an incoming message.',
  });

export const inboundExample = {
  verificationId: 'T9LOIawrvRT8gFqIc6yI588mTQiT1t5f',
  method: 'inbound',
  status: 'verified',
  phoneNumber: '+6281234567890',
  purpose: 'login',
  channel: 'whatsapp',
  sessionId: 'default',
  returnCode: false,
  problem: null,
  refusals: 0,
  createdAt: '2026-11-28T17:44:30.120Z',
  verifiedAt: '2026-11-28T17:45:02.004Z',
  expiresAt: '2026-11-28T17:54:30.120Z',
  expiresIn: 0,
};

export const SimulateBody = z
  .strictObject({
    text: z.string().min(1).max(4096).openapi({
      description: 'What the test number sends: the `text` of the verification, or anything else',
      example: 'WV-7K3M-9QXA-2B4C-5D6E',
    }),
  })
  .openapi('SimulatedMessage', { description: 'A message of a test number.' });

export const SimulatedOutcome = z.object({
  outcome: oneOf(inboundOutcomes).describe('What the message led to'),
  verificationId: VerificationId.nullable().describe(
    'The verification of the token; null for one that is not of a test of this account',
  ),
});
