import { z } from 'zod';
import { smtpUrl } from '../../../config/fields.ts';
import { type CommonParts, defineChannel } from '../contract.ts';
import { createEmailChannel } from './email-channel.ts';

/** Sends codes by email, through a mail server (SMTP). */
export const emailChannel = defineChannel({
  variables: {
    SMTP_URL: smtpUrl(),
    EMAIL_FROM: z
      .string()
      .regex(
        /^([^<>\r\n]*<)?[^\s<>@]+@[^\s<>@]+>?$/,
        'must be an address such as login@example.com or Example <login@example.com>',
      )
      .optional(),
  },
  prefix: 'SMTP',
  required: ['SMTP_URL', 'EMAIL_FROM'],
  reaches: 'email',
  // The required values are never empty: without them the environment is invalid.
  create: ({ SMTP_URL: url = '', EMAIL_FROM: from = '' }, { name }: CommonParts) =>
    createEmailChannel({ name, url, from }),
});
