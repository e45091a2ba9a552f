import type { Role } from '../../../domain/access/permissions.ts';
import { boolean, nullable, serial, string, time, unique, withDefault } from '../../columns.ts';
import { table } from '../../table.ts';

/** A user who can log in. */
export class User extends table('users', {
  id: serial,
  accountId: string(36),
  // In lower case, so that each address belongs to one user.
  email: unique(string(254)),
  name: string(120),
  passwordHash: string(255),
  role: withDefault(string<Role>(10), 'USER'),
  isActive: withDefault(boolean, true),
  description: nullable(string(500)),
  documentId: nullable(string(64)),
  lastLoginAt: nullable(time),
  createdAt: time,
  updatedAt: time,
  // Until the user replaces a password that someone else has set.
  mustChangePassword: withDefault(boolean, false),
}) {}
