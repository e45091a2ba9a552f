import type { Role } from './permissions.ts';

/** A user who can log in. */
export type User = {
  readonly id: number;
  readonly accountId: string;
  /** In lower case, so that one address is one user. */
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly isActive: boolean;
  /** Whether someone else has set the password. Until it is replaced, the user can do nothing else. */
  readonly mustChangePassword: boolean;
  readonly description: string | undefined;
  readonly documentId: string | undefined;
  readonly lastLoginAt: Date | undefined;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

/** Whether `text` is a valid account id: up to 31 lower-case letters, digits and `-`. */
export function isAccountName(text: string): boolean {
  return /^[a-z0-9][a-z0-9-]{0,30}$/.test(text);
}
