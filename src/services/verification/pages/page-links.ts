import { createSecretMatcher, digestOf, type SecretKey } from '../../../lib/crypto/secrets.ts';

type Keys = { readonly current: SecretKey; readonly previous: SecretKey | undefined };

export type PageLinks = ReturnType<typeof createPageLinks>;

/** An ID and its digest. */
const TOKEN = /^([\w-]{16,64})\.([\w-]{43})$/;

/**
 * The tokens in the links to hosted pages. They are derived from the secret key, so that the database does not reveal
 * them. Those of the previous key are accepted.
 */
export function createPageLinks({ current, previous }: Keys) {
  const known = [current, ...(previous ? [previous] : [])].map((key) => key.derive('page-link'));
  const [own = Buffer.alloc(0)] = known;

  return {
    tokenOf: (pageId: string): string => `${pageId}.${digestOf(pageId, own)}`,

    /** Returns the ID of the page that a token is for; undefined for any other text. */
    read(token: string): string | undefined {
      const [, pageId = '', digest = ''] = TOKEN.exec(token) ?? [];
      const isOurs = known.some((key) => createSecretMatcher(digestOf(pageId, key))(digest));
      return isOurs ? pageId : undefined;
    },
  };
}

/** The digest under which a page stores the browser that uses it. */
export function digestBrowser(browserId: string, pageId: string): string {
  return digestOf(browserId, Buffer.from(pageId));
}
