import type { User } from '../../../domain/access/user.ts';

/** Who somebody is, as the person may know it. */
export function presentPerson({ id, email, name, role, accountId }: User) {
  return { id, email, name, role, accountId };
}

/** A person as operators see them. */
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
