import { z } from '@hono/zod-openapi';
import { verificationMethods } from '../../../domain/verification/verification.ts';
import {
  channelOr,
  Email,
  NewPurpose,
  PhoneNumber,
  Purpose,
  SessionId,
  VerificationId,
} from '../schemas/identifiers.ts';
import { fault } from '../schemas/one-of.ts';
import { WORKFLOW_WORDS, Workflow } from '../schemas/workflow.ts';
import {
  NAMES_BOTH,
  NAMES_NO_RECIPIENT,
  NAMES_NONE,
  namesOneRecipient,
  namesRecipient,
  namesVerification,
  recipientInBody,
  refuseOtherMethod,
} from './named-recipient.ts';
import { ClientIp, CompanyName, MessageLocale } from './verification-schemas.ts';

const Channel = channelOr().openapi({
  description:
    'Send on this channel only, by its name in `OTP_CHANNELS`. By default, the workflow of the account or the order of `OTP_CHANNELS` applies. With `method: "inbound"`: the channel to whose number the person writes',
  example: 'whatsapp',
});
const codeFields = {
  phoneNumber: PhoneNumber.optional(),
  sessionId: SessionId.optional().openapi({
    description: 'The WhatsApp session to send from. By default any session of the account',
  }),
  companyName: CompanyName.optional(),
  purpose: NewPurpose.optional().openapi({
    description:
      'What the code is for; `login` by default. A code for one purpose is never accepted for another',
  }),
  channel: Channel.optional(),
  workflow: Workflow.optional().openapi({
    description: `${WORKFLOW_WORDS}. By default, the workflow of the account, or the channels of \`OTP_CHANNELS\``,
  }),
  email: Email.optional().openapi({
    description:
      'Without `phoneNumber`: the email address to verify. With it: where the channel `email` sends the code; without it, that channel is not tried',
  }),
  locale: MessageLocale.optional(),
  clientIp: ClientIp.optional(),
};

const ONE_WAY = fault('conflict', 'give channel or workflow, not both');

type Ways = { readonly channel?: unknown; readonly workflow?: unknown };

function namesOneWay({ channel, workflow }: Ways): boolean {
  return channel === undefined || workflow === undefined;
}

export const ResendBody = z
  .strictObject(codeFields)
  .refine(namesRecipient, NAMES_NO_RECIPIENT)
  .refine(namesOneWay, ONE_WAY)
  .openapi('ResendRequest', {
    description:
      'A code to send again. Give `phoneNumber`, or `email` to verify an email address, or both.',
  });

export const SendBody = z
  .strictObject({
    ...codeFields,
    method: z.enum(verificationMethods).optional().openapi({
      description:
        '`code` (the default) sends a code. With `inbound`, nothing is sent: the person sends a message to us',
    }),
    returnCode: z.boolean().optional().openapi({
      description:
        'Only with `method: "inbound"`: whether a code is sent back to the person who has written, to be checked with `POST /api/otp/verify`. By default, only without `phoneNumber`',
    }),
  })
  .refine((body) => body.method === 'inbound' || namesRecipient(body), NAMES_NO_RECIPIENT)
  .refine(namesOneWay, ONE_WAY)
  .superRefine(refuseOtherMethod)
  .openapi('SendRequest', {
    description:
      'A code to send. Give `phoneNumber`, or `email` to verify an email address, or both. Or, with `method: "inbound"`, a verification by a message that the person sends; then `phoneNumber` may be left out, and `companyName` is required.',
  });

export const NextBody = z
  .strictObject({
    ...recipientInBody,
    verificationId: VerificationId.optional(),
    purpose: Purpose.optional().openapi({
      description:
        'What the code was sent for; `login` by default, if you give no `verificationId`',
    }),
  })
  .refine(namesVerification, NAMES_NONE)
  .refine(namesOneRecipient, NAMES_BOTH)
  .openapi('NextRequest', {
    description:
      'A code to send by the next step of its workflow. Give `verificationId`, or `phoneNumber` or `email`; if you give the ID and a recipient, they must match.',
  });
