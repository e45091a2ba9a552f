import type { User } from '../../../domain/access/user.ts';

/** Presents users to themselves. */
export function presentPerson({ id, email, name, role, accountId, mustChangePassword }: User) {
  return { id, email, name, role, accountId, mustChangePassword };
}

/** Presents a user to operators. */
export function presentUser(user: User) {
  const { isActive, description, documentId, lastLoginAt, createdAt, updatedAt } = user;
  return {
    ...presentPerson(user),
    isActive,
    description: description ?? null,
    documentId: documentId ?? null,
    lastLoginAt: lastLoginAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
