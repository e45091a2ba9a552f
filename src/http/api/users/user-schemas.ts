import { z } from '@hono/zod-openapi';
import { roles } from '../../../domain/access/permissions.ts';
import { isAccountName } from '../../../domain/access/user.ts';
import { isEmailAddress, toEmailAddress } from '../../../domain/email-address.ts';
import { pageFields } from '../schemas/page.ts';

/** Longer than any password that is accepted: what is right and what is wrong is said elsewhere. */
const LONGEST_PASSWORD = 512;

/** Control characters and halves of characters; line breaks are for `description` only. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;
const UNPRINTABLE_TEXT = /(?![\r\n])[\p{Cc}\p{Cs}]/u;

/** In the spelling that is on record, whatever the blanks and capitals it came with. */
export const Email = z
  .string()
  .max(320)
  .overwrite(toEmailAddress)
  .refine(isEmailAddress, 'must be an e-mail address')
  .openapi({ format: 'email', example: 'ana@example.com' });

export const Password = z.string().min(1).max(LONGEST_PASSWORD).openapi({ format: 'password' });

const NewPassword = Password.openapi({
  description:
    '15 to 128 characters of any kind; not the name in the address, and no one character over and over',
});

const Name = z
  .string()
  .trim()
  .min(1)
  .max(120)
  .refine((text) => !UNPRINTABLE.test(text), 'must hold no control characters')
  .openapi({ example: 'Ana' });

const RoleName = z.enum(roles).openapi({
  description:
    '`USER`: everything in one account. `ADMIN`: runs the installation, acts for no account',
});

export const AccountId = z
  .string()
  .refine(isAccountName, 'must be 1 to 31 lower-case letters, digits or -, not beginning with -')
  .openapi({ example: 'shop' });

const Description = z
  .string()
  .max(500)
  .refine(
    (text) => !UNPRINTABLE_TEXT.test(text),
    'must hold no control characters but line breaks',
  );

const DocumentId = z
  .string()
  .max(64)
  .refine((text) => !UNPRINTABLE.test(text), 'must hold no control characters');

export const CreateUserBody = z
  .strictObject({
    email: Email,
    name: Name,
    password: NewPassword,
    role: RoleName.default('USER'),
    accountId: AccountId.optional().openapi({
      description: 'A new account is made when it is left out; `default` for an ADMIN',
    }),
    description: Description.optional(),
    documentId: DocumentId.optional(),
  })
  .openapi('CreateUserRequest');

export const UpdateUserBody = z
  .strictObject({
    name: Name.optional(),
    role: RoleName.optional(),
    isActive: z.boolean().optional(),
    password: NewPassword.optional(),
    description: Description.nullable().optional(),
    documentId: DocumentId.nullable().optional(),
  })
  .refine((body) => Object.keys(body).length > 0, 'give at least one field to change')
  .openapi('UpdateUserRequest');

export const UserParams = z.object({
  id: z
    .string()
    .regex(/^[1-9]\d{0,8}$/, 'must be the id of a person')
    .openapi({ example: '12' }),
});

export const UserQuery = z.strictObject({
  ...pageFields,
  role: RoleName.optional(),
  isActive: z.enum(['true', 'false']).optional(),
  accountId: AccountId.optional(),
  email: Email.optional(),
});

export const User = z
  .object({
    id: z.int(),
    email: z.string(),
    name: z.string(),
    role: RoleName,
    accountId: z.string(),
    isActive: z.boolean(),
    description: z.string().nullable(),
    documentId: z.string().nullable(),
    lastLoginAt: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .openapi('User');

export const Person = User.pick({
  id: true,
  email: true,
  name: true,
  role: true,
  accountId: true,
}).openapi('Person');
