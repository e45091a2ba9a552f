import type { Context } from 'hono';
import type { HttpEnv } from '../../../http-env.ts';

/** A part of a list: which page, and how many entries it has at most. */
export type PageRequest = { readonly PageSize: number; readonly Page: number };

/** A time as Twilio writes it: in UTC, without milliseconds. */
export function toTime(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}

/** A page of a list, and the addresses of the pages beside it. `hasMore`: whether entries follow. */
export function sendPage(
  c: Context<HttpEnv>,
  baseUrl: string,
  {
    key,
    items,
    page,
    hasMore,
  }: {
    readonly key: string;
    readonly items: readonly object[];
    readonly page: PageRequest;
    readonly hasMore: boolean;
  },
): Response {
  const { Page, PageSize } = page;
  const { pathname, searchParams } = new URL(c.req.url);
  const urlOf = (number: number) => {
    const query = new URLSearchParams(searchParams);
    query.set('PageSize', String(PageSize));
    query.set('Page', String(number));
    return `${baseUrl}${pathname}?${query}`;
  };
  return c.json({
    [key]: items,
    meta: {
      key,
      page: Page,
      page_size: PageSize,
      first_page_url: urlOf(0),
      previous_page_url: Page > 0 ? urlOf(Page - 1) : null,
      url: urlOf(Page),
      next_page_url: hasMore ? urlOf(Page + 1) : null,
    },
  });
}

/** Sends a page of a list that was read as a whole. */
export function sendPageOf<T>(
  c: Context<HttpEnv>,
  baseUrl: string,
  {
    key,
    all,
    page,
    present,
  }: {
    readonly key: string;
    readonly all: readonly T[];
    readonly page: PageRequest;
    readonly present: (item: T) => object;
  },
): Response {
  const from = page.Page * page.PageSize;
  const items = all.slice(from, from + page.PageSize).map(present);
  return sendPage(c, baseUrl, { key, items, page, hasMore: all.length > from + page.PageSize });
}
