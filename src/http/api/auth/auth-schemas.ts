import { z } from '@hono/zod-openapi';
import { keyModes } from '../../../domain/access/permissions.ts';
import { Email, Password, Person } from '../users/user-schemas.ts';

const LONGEST_TOKEN = 1024;

export const LoginBody = z
  .strictObject({ email: Email, password: Password })
  .openapi('LoginRequest');

export const RefreshBody = z
  .strictObject({ refreshToken: z.string().min(1).max(LONGEST_TOKEN) })
  .openapi('RefreshRequest');

export const PasswordBody = z
  .strictObject({ currentPassword: Password, newPassword: Password })
  .openapi('PasswordRequest');

export const TokenPair = z
  .object({
    accessToken: z.string().openapi({ description: 'To show as `Authorization: Bearer`' }),
    tokenType: z.literal('Bearer'),
    expiresIn: z.int().openapi({ description: 'Seconds until the access token is over' }),
    refreshToken: z.string().openapi({ description: 'Good once: an answer has the next one' }),
    refreshExpiresIn: z.int().openapi({ description: 'Seconds until the refresh token is over' }),
    user: Person,
  })
  .openapi('TokenPair');

const access = {
  accountId: z.string(),
  scopes: z.array(z.string()),
  isOperator: z.boolean(),
};

const List = z.array(z.string()).nullable().openapi({ description: 'null is no restriction' });

export const Me = z
  .discriminatedUnion('kind', [
    Person.extend({ kind: z.literal('user'), ...access }).openapi('MePerson'),
    z
      .object({
        kind: z.literal('key'),
        keyId: z.string(),
        mode: z.enum(keyModes),
        reach: z.object({
          ...{ sessions: List, purposes: List, regions: List, networks: List },
          expiresAt: z.iso.datetime().nullable(),
        }),
        ...access,
      })
      .openapi('MeKey'),
    z.object({ kind: z.literal('bootstrap'), ...access }).openapi('MeBootstrap'),
  ])
  .openapi('Me');

/** Nothing more to say than that it was done. */
export const Nothing = z.object({});
