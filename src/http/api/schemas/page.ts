import { z } from '@hono/zod-openapi';
import type { Moment, Page, PageAfter, PageRequest } from '../../../domain/page.ts';
import { successOf } from './envelope.ts';
import { fault } from './one-of.ts';
import { wholeNumberInQuery } from './whole-number.ts';

const MOST = 500;
const DEFAULT = 50;
const GREATEST_ID = 2 ** 31 - 1;

/** The latest time that all databases support. */
const GREATEST_TIME = Date.UTC(9999, 0, 1);

/** The query parameters of every list. */
export const pageFields = fieldsOf(decodeId);

/** The query parameters of a list that is ordered by time. */
export const timePageFields = fieldsOf(decodeMoment);

/** The query parameters of a list that is ordered by name. */
export const namePageFields = fieldsOf(decodeName);

function fieldsOf(decode: (cursor: string) => unknown) {
  return {
    limit: wholeNumberInQuery({ min: 1, max: MOST })
      .default(DEFAULT)
      .openapi({ description: `How many entries to return, at most ${MOST}` }),
    cursor: z
      .string()
      .refine(
        (text) => decode(text) !== undefined,
        fault('invalid_format', 'must be the nextCursor of a previous page'),
      )
      .optional()
      .openapi({ description: 'The `nextCursor` of the previous page' }),
  };
}

const nextCursor = z
  .string()
  .nullable()
  .describe('The `cursor` of the next page; null on the last page');

/** The data of every list; `order` says how it is sorted. */
export function pageOf<T extends z.ZodType>(item: T, order = 'newest first') {
  return z.object({
    items: z.array(item).describe(`The entries, ${order}`),
    nextCursor,
  });
}

/** Describes a list that answered all entries before lists had pages: its data is still an array. */
export function arrayPageOf<T extends z.ZodType>(item: T, description: string) {
  const schema = successOf(z.array(item)).extend({
    nextCursor,
    total: z.int().describe('The number of entries on all pages'),
  });
  return { description, content: { 'application/json': { schema } } };
}

type Query = { readonly limit: number; readonly cursor?: string | undefined };

export function readPage({ limit, cursor }: Query): PageRequest {
  return { limit, before: cursor === undefined ? undefined : decodeId(cursor) };
}

/** Reads the page of a list that is oldest first. */
export function readPageAfter({ limit, cursor }: Query): PageAfter {
  return { limit, after: cursor === undefined ? undefined : decodeId(cursor) };
}

/** Reads the page of a list that is ordered by name. */
export function readNamePage({ limit, cursor }: Query): PageAfter<string> {
  return { limit, after: cursor === undefined ? undefined : decodeName(cursor) };
}

export function readTimePage({ limit, cursor }: Query): PageRequest<Moment> {
  return { limit, before: cursor === undefined ? undefined : decodeMoment(cursor) };
}

export function presentPage<T, U>({ items, next }: Page<T>, present: (item: T) => U) {
  return { items: items.map(present), nextCursor: toCursor(next && `id:${next}`) };
}

export function presentNamePage<T, U>({ items, next }: Page<T, string>, present: (item: T) => U) {
  return { items: items.map(present), nextCursor: toCursor(next && `name:${next}`) };
}

export function presentTimePage<T, U>({ items, next }: Page<T, Moment>, present: (item: T) => U) {
  const cursor = next && `at:${next.at.getTime()}:${next.id}`;
  return { items: items.map(present), nextCursor: toCursor(cursor) };
}

function toCursor(place: string | 0 | undefined): string | null {
  return place ? Buffer.from(place).toString('base64url') : null;
}

/** Cursors are encoded, because callers must not rely on their content. */
function decodeId(cursor: string): number | undefined {
  const [, id] = /^id:(\d{1,10})$/.exec(textOf(cursor)) ?? [];
  return toId(id);
}

function decodeMoment(cursor: string): Moment | undefined {
  const [, time, text] = /^at:(\d{1,15}):(\d{1,10})$/.exec(textOf(cursor)) ?? [];
  const id = toId(text);
  return id === undefined || Number(time) > GREATEST_TIME
    ? undefined
    : { at: new Date(Number(time)), id };
}

function decodeName(cursor: string): string | undefined {
  return /^name:([a-z0-9-]{1,64})$/.exec(textOf(cursor))?.[1];
}

function textOf(cursor: string): string {
  return Buffer.from(cursor, 'base64url').toString();
}

/** PostgreSQL refuses to compare an INTEGER with a number out of its range. */
function toId(text: string | undefined): number | undefined {
  return text === undefined || Number(text) > GREATEST_ID ? undefined : Number(text);
}
