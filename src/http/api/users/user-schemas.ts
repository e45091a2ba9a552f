import { z } from '@hono/zod-openapi';
import { roles } from '../../../domain/access/permissions.ts';
import { isAccountName } from '../../../domain/access/user.ts';
import { isEmailAddress, toEmailAddress } from '../../../domain/email-address.ts';
import { fault } from '../schemas/one-of.ts';
import { pageFields } from '../schemas/page.ts';

/** Longer than any accepted password, so that the service decides which ones are valid. */
const LONGEST_PASSWORD = 512;

/** Control characters and unpaired surrogates. Only `description` may have line breaks. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;
const UNPRINTABLE_TEXT = /(?![\r\n])[\p{Cc}\p{Cs}]/u;

const CONTROL_CHARACTERS = fault('control_characters', 'must not contain control characters');
const NO_BREAKS = fault(
  'control_characters',
  'must not contain control characters other than line breaks',
);

/** Normalised to lower case without surrounding spaces, as it is stored. */
export const Email = z
  .string()
  .max(320)
  .overwrite(toEmailAddress)
  .refine(isEmailAddress, fault('invalid_format', 'must be an email address'))
  .openapi({
    description: 'The email address with which the user logs in',
    format: 'email',
    example: 'ana@example.com',
  });

export const Password = z.string().min(1).max(LONGEST_PASSWORD).openapi({
  description: 'The password',
  format: 'password',
});

export const NewPassword = Password.openapi({
  description:
    'A new password: 15 to 128 characters of any kind. It must not contain the name in the email address, or consist of a few characters only',
});

const Name = z
  .string()
  .trim()
  .min(1)
  .max(120)
  .refine((text) => !UNPRINTABLE.test(text), CONTROL_CHARACTERS)
  .openapi({ description: 'The name of the user', example: 'Ana' });

const RoleName = z.enum(roles).openapi({
  description:
    '`USER`: may do everything in one account. `ADMIN`: an operator, who runs the installation and acts for no account',
});

export const AccountId = z
  .string()
  .refine(
    isAccountName,
    fault(
      'invalid_format',
      'must be 1 to 31 lower-case letters, digits or -, not beginning with -',
    ),
  )
  .openapi({
    description: 'The ID of an account',
    example: 'shop',
    minLength: 1,
    maxLength: 31,
    pattern: '^[a-z0-9][a-z0-9-]*$',
  });

const MUST_CHANGE_PASSWORD =
  'Whether the user must replace the password after the next login, and can do nothing else before';

/** The account of a list or figure, for operators, in a query. */
export const AskedAccountId = AccountId.optional().openapi({
  description:
    'Only this account. For users with the role `ADMIN`; all other callers see their own account only',
});

const Description = z
  .string()
  .max(500)
  .refine((text) => !UNPRINTABLE_TEXT.test(text), NO_BREAKS)
  .openapi({ description: 'Anything worth knowing about the user' });

const DocumentId = z
  .string()
  .max(64)
  .refine((text) => !UNPRINTABLE.test(text), CONTROL_CHARACTERS)
  .openapi({ description: 'The ID of the user in another system' });

export const CreateUserBody = z
  .strictObject({
    email: Email,
    name: Name,
    password: NewPassword,
    mustChangePassword: z
      .boolean()
      .default(true)
      .describe(`${MUST_CHANGE_PASSWORD}. \`false\` if the user has chosen this password`),
    role: RoleName.default('USER'),
    accountId: AccountId.optional().openapi({
      description:
        'The account of the user. If left out, a new account is created; `default` for an `ADMIN`',
    }),
    description: Description.optional(),
    documentId: DocumentId.optional(),
  })
  .openapi('CreateUserRequest', { description: 'A user to create.' });

export const UpdateUserBody = z
  .strictObject({
    name: Name.optional(),
    role: RoleName.optional(),
    isActive: z.boolean().optional().describe('Whether the user may log in'),
    password: NewPassword.optional(),
    mustChangePassword: z.boolean().optional().describe(MUST_CHANGE_PASSWORD),
    description: Description.nullable().optional(),
    documentId: DocumentId.nullable().optional(),
  })
  .refine(
    (body) => Object.keys(body).length > 0,
    fault('required', 'give at least one field to change'),
  )
  .openapi('UpdateUserRequest', { description: 'What to change. Give at least one field.' });

export const UserParams = z.object({
  id: z
    .string()
    .regex(/^[1-9]\d{0,8}$/, 'must be the ID of a user')
    .openapi({ description: 'The ID of the user', example: '12' }),
});

export const UserQuery = z.strictObject({
  ...pageFields,
  role: RoleName.optional().openapi({ description: 'Only users with this role' }),
  isActive: z
    .enum(['true', 'false'])
    .optional()
    .openapi({ description: 'Only users who may log in, or only those who may not' }),
  accountId: AccountId.optional().openapi({ description: 'Only users of this account' }),
  email: Email.optional().openapi({ description: 'Only the user with this email address' }),
});

export const User = z
  .object({
    id: z.int().describe('The ID of the user'),
    email: z.string().describe('The email address with which the user logs in'),
    name: z.string().describe('The name of the user'),
    role: RoleName,
    accountId: z.string().describe('The account of the user'),
    isActive: z.boolean().describe('Whether the user may log in'),
    mustChangePassword: z.boolean().describe(MUST_CHANGE_PASSWORD),
    description: z.string().nullable().describe('Anything worth knowing about the user'),
    documentId: z.string().nullable().describe('The ID of the user in another system'),
    lastLoginAt: z.iso.datetime().nullable().describe('When the user last logged in'),
    createdAt: z.iso.datetime().describe('When the user was created'),
    updatedAt: z.iso.datetime().describe('When the user was last changed'),
  })
  .openapi('User', { description: 'A user, as operators see it.' });

export const DeletedUser = z.object({ id: z.int().describe('The ID of the user') });

export const Person = User.pick({
  id: true,
  email: true,
  name: true,
  role: true,
  accountId: true,
  mustChangePassword: true,
}).openapi('Person', { description: 'A user, as the user sees it.' });
