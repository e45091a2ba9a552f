import type { Answer } from './client.ts';
import type { Harness } from './harness.ts';

type Fields = Readonly<Record<string, string>>;
type Body = { readonly type: string; readonly body: string };

/** The origin that tests of hosted pages return to. */
export const SHOP = 'https://shop.example.com';

/** A browser without scripts: it follows links, submits forms, and keeps the cookie. */
export function createFormBrowser(h: Harness, more: Fields = {}) {
  let cookie = '';
  const headers = () => ({ 'accept-language': 'en', ...more, ...(cookie !== '' && { cookie }) });

  async function visit(url: string): Promise<Answer> {
    const { pathname: path, search } = new URL(url);
    const answer = await h.client.call({
      ...{ method: 'GET', path: `${path}${search}`, headers: headers() },
    });
    const [set = ''] = [answer.headers['set-cookie'] ?? []].flat();
    if (set !== '') cookie = set.split(';', 1)[0] ?? '';
    return answer;
  }

  /** Sends any body to a form of a page. */
  function post(url: string, action: string, { type, body }: Body): Promise<Answer> {
    return h.client.call({
      ...{ method: 'POST', path: `${new URL(url).pathname}/${action}`, body },
      headers: { ...headers(), 'content-type': type },
    });
  }

  /** Submits a form of a page, and follows its redirect. */
  async function submit(url: string, action: string, fields: Fields = {}): Promise<Answer> {
    const body = new URLSearchParams(fields).toString();
    const answer = await post(url, action, { type: 'application/x-www-form-urlencoded', body });
    if (answer.status !== 303) return answer;
    return visit(new URL(String(answer.headers['location']), `${url}/${action}`).href);
  }

  return { visit, post, submit };
}

/** Creates a page, with the address of the harness in its link. */
export async function createPage(
  h: Harness,
  fields: Readonly<Record<string, unknown>> = {},
  client: Pick<Harness['client'], 'post'> = h.client,
): Promise<{ readonly pageId: string; readonly url: string }> {
  const answer = await client.post('/api/pages', {
    returnUrl: `${SHOP}/verified?cart=7`,
    ...fields,
  });
  if (answer.status !== 201) throw new Error(`no page was created: ${answer.status} ${answer.raw}`);
  const { pageId, url } = answer.body.data ?? {};
  return { pageId: String(pageId), url: String(url) };
}

/** The URL to which a page that is done sends the browser. */
export function readReturn({ raw }: Answer): URL {
  const [, url = ''] = /http-equiv="refresh" content="0;url=([^"]+)"/.exec(raw) ?? [];
  return new URL(url.replaceAll('&amp;', '&'));
}
