import { z } from '@hono/zod-openapi';
import { ALL_SCOPES, keyModes, scopes } from '../../../domain/access/permissions.ts';
import { Email, NewPassword, Password, Person } from '../users/user-schemas.ts';

const LONGEST_TOKEN = 1024;

export const LoginBody = z
  .strictObject({ email: Email, password: Password })
  .openapi('LoginRequest', { description: 'The credentials of a user.' });

export const RefreshBody = z
  .strictObject({
    refreshToken: z.string().min(1).max(LONGEST_TOKEN).describe('The refresh token'),
  })
  .openapi('RefreshRequest', { description: 'A refresh token.' });

export const PasswordBody = z
  .strictObject({
    currentPassword: Password.openapi({ description: 'Your current password' }),
    newPassword: NewPassword,
  })
  .openapi('PasswordRequest', { description: 'Your current password and a new one.' });

export const TokenPair = z
  .object({
    accessToken: z.string().describe('Send it as `Authorization: Bearer`'),
    tokenType: z.literal('Bearer').describe('Always `Bearer`'),
    expiresIn: z.int().describe('Seconds until the access token expires'),
    refreshToken: z.string().describe('Valid once: using it returns the next one'),
    refreshExpiresIn: z.int().describe('Seconds until the refresh token expires'),
    user: Person,
  })
  .openapi('TokenPair', { description: 'The tokens of a login.' });

export const LoginParams = z.object({
  id: z.coerce.number().int().positive().openapi({ description: 'The ID of the login' }),
});

export const Login = z
  .object({
    id: z.int().describe('The ID of the login'),
    isCurrent: z.boolean().describe('Whether this request uses it'),
    ipAddress: z.string().nullable().describe('Where the login was made from'),
    userAgent: z.string().nullable().describe('The program that logged in. Untrusted text'),
    createdAt: z.iso.datetime().describe('When the login was made'),
    refreshedAt: z.iso.datetime().describe('When its tokens were last refreshed'),
    expiresAt: z.iso.datetime().describe('When it ends unless its tokens are refreshed'),
  })
  .openapi('Login', { description: 'A login of the calling user.' });

const access = {
  accountId: z.string().describe('The account that the caller acts for'),
  scopes: z
    .array(z.enum([...scopes, ALL_SCOPES]))
    .describe('What the caller may do; `*` is everything in the account'),
  isOperator: z.boolean().describe('Whether the caller runs the installation'),
};

const listOf = (what: string) =>
  z.array(z.string()).nullable().describe(`${what} that it may use; null for any`);

export const Me = z
  .discriminatedUnion('kind', [
    Person.extend({
      kind: z.literal('user').describe('Always `user`'),
      ...access,
    }).openapi('MePerson', { description: 'A user who is logged in.' }),
    z
      .object({
        kind: z.literal('key').describe('Always `key`'),
        keyId: z.string().describe('The ID of the API key'),
        mode: z.enum(keyModes).describe('The mode of the API key'),
        reach: z
          .object({
            sessions: listOf('Sessions'),
            purposes: listOf('Purposes'),
            regions: listOf('Regions (ISO 3166)'),
            networks: listOf('Networks'),
            expiresAt: z.iso.datetime().nullable().describe('When it expires; null for never'),
          })
          .describe('The restrictions of the API key'),
        ...access,
      })
      .openapi('MeKey', { description: 'An API key of an account.' }),
    z
      .object({ kind: z.literal('bootstrap').describe('Always `bootstrap`'), ...access })
      .openapi('MeBootstrap', { description: 'The `API_KEY` of the installation.' }),
  ])
  .openapi('Me', { description: 'The caller.' });

/** The data of a response that only confirms success. */
export const Nothing = z.object({});
