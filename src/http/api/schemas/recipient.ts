import { z } from '@hono/zod-openapi';

const email = z.string().openapi({
  description: 'The email address in lower case; present if the recipient is one',
  example: 'user@example.com',
});
const kind = z
  .literal('email')
  .optional()
  .describe('`email` if the recipient is an email address; absent for a phone number');

/** The recipient in a response, in full: one of `phoneNumber` and `email`. */
export const recipientFields = {
  phoneNumber: z.string().optional().openapi({
    description: 'The phone number in E.164; absent if the recipient is an email address',
    example: '+6281234567890',
  }),
  email: email.optional(),
  recipientKind: kind,
};

/** The recipient that a code has verified. */
export const verifiedRecipientFields = {
  phoneNumber: recipientFields.phoneNumber.openapi({
    description:
      'The number that is verified, in E.164; absent if it is an email address. Trust this one',
  }),
  email: recipientFields.email.openapi({
    description:
      'The email address that is verified, in lower case; absent if it is a number. Trust this one',
  }),
  recipientKind: kind,
};

/** The same, masked for some callers or for all of them; `rule` says for which. */
export function maskedRecipientFields(rule: string) {
  return {
    phoneNumber: z
      .string()
      .optional()
      .openapi({
        description: `The phone number${rule}; absent if the recipient is an email address`,
        example: '+62812****7890',
      }),
    email: email.optional().openapi({
      description: `The email address${rule}; present if the recipient is one`,
      example: 'u•••@example.com',
    }),
    recipientKind: kind,
  };
}
