import type { Role } from '../../domain/access/permissions.ts';
import type { User } from '../../domain/access/user.ts';
import { optional, type Row, toBoolean, toDate } from '../statement.ts';

/** With the table's name, so that a row of a login may hold its person too. */
export const USER_COLUMNS = [
  'id',
  'accountId',
  'email',
  'name',
  'role',
  'isActive',
  'description',
  'documentId',
  'lastLoginAt',
  'createdAt',
  'updatedAt',
]
  .map((name) => `"users"."${name}"`)
  .join(', ');

/** Reads a row of `users` as any driver returns it; the digest of the password is not part of a person. */
export function toUser(row: Row): User {
  return {
    id: Number(row['id']),
    accountId: String(row['accountId']),
    email: String(row['email']),
    name: String(row['name']),
    role: row['role'] as Role,
    isActive: toBoolean(row['isActive']),
    description: optional(row['description'], String),
    documentId: optional(row['documentId'], String),
    lastLoginAt: optional(row['lastLoginAt'], toDate),
    createdAt: toDate(row['createdAt']),
    updatedAt: toDate(row['updatedAt']),
  };
}
