import { z } from '@hono/zod-openapi';
import type { Page, PageRequest } from '../../domain/page.ts';

const MOST = 500;
const DEFAULT = 50;
const GREATEST_ID = 2 ** 31 - 1;

/** The query parameters of every list. */
export const pageFields = {
  limit: z.coerce
    .number({ error: `must be a whole number from 1 to ${MOST}` })
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(MOST, `must be at most ${MOST}`)
    .default(DEFAULT)
    .openapi({ description: `How many entries a page has, at most ${MOST}` }),
  cursor: z
    .string()
    .refine((text) => decode(text) !== undefined, 'must be the nextCursor of an earlier page')
    .optional()
    .openapi({ description: 'The `nextCursor` of the page before this one' }),
};

/** The answer of every list: the newest first. */
export function pageOf<T extends z.ZodType>(item: T) {
  const nextCursor = z.string().nullable().openapi({ description: 'null on the last page' });
  return z.object({ items: z.array(item), nextCursor });
}

type Query = { readonly limit: number; readonly cursor?: string | undefined };

export function readPage({ limit, cursor }: Query): PageRequest {
  return { limit, before: cursor === undefined ? undefined : decode(cursor) };
}

export function presentPage<T, U>({ items, next }: Page<T>, present: (item: T) => U) {
  return {
    items: items.map(present),
    nextCursor: next === undefined ? null : Buffer.from(`id:${next}`).toString('base64url'),
  };
}

/** A cursor is no promise about ids: callers hand back what they were given. */
function decode(cursor: string): number | undefined {
  const [, id] = /^id:(\d{1,10})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  // PostgreSQL refuses to compare an INTEGER with a number that is none.
  return id === undefined || Number(id) > GREATEST_ID ? undefined : Number(id);
}
