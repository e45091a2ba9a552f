import type { RequestOptions } from './request.ts';

type Page<T> = { readonly nextCursor: string | null } & (
  | { readonly items: readonly T[] }
  | { readonly data: readonly T[] }
);

type ItemOf<P> = P extends { readonly items: readonly (infer T)[] }
  ? T
  : P extends { readonly data: readonly (infer T)[] }
    ? T
    : never;

/**
 * Goes through all pages of a list: `for await (const session of listAll(waverify.listSessions))`. The next page is read
 * when it is needed.
 */
export async function* listAll<I extends object, P extends Page<unknown>>(
  list: (input: I, options?: RequestOptions) => Promise<P>,
  input?: Omit<I, 'cursor'>,
  options?: RequestOptions,
): AsyncGenerator<ItemOf<P>> {
  let cursor: string | null = null;
  do {
    const page: P = await list({ ...input, ...(cursor && { cursor }) } as unknown as I, options);
    yield* ('items' in page ? page.items : page.data) as readonly ItemOf<P>[];
    cursor = page.nextCursor;
  } while (cursor !== null);
}
