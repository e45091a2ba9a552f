import { chosenAccount } from './account/chosen-account.ts';
import { reach, readFailure } from './failure.ts';
import { credentials } from './sign-in/credentials.ts';

type Query = Readonly<Record<string, string | number | undefined>>;

type Options = {
  readonly method?: string;
  /** Sent as JSON; a file, as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Query;
  readonly signal?: AbortSignal;
};

/** Calls the API with the credentials of the tab and returns the `data`. @throws {Failure} */
export async function api<T>(path: string, options: Options = {}): Promise<T> {
  return (await apiBody<{ readonly data: T }>(path, options)).data;
}

/** Like `api`, but returns the whole body of the response. @throws {Failure} */
export async function apiBody<T>(path: string, options: Options = {}): Promise<T> {
  const response = await call(path, options);
  return (await response.json()) as T;
}

/** Like `api`, for responses that are not JSON. @throws {Failure} */
export async function call(path: string, options: Options = {}): Promise<Response> {
  const shown = await credentials.header();
  const response = await send(path, options, shown);
  if (response.ok) return response;
  if (response.status !== 401) throw await readFailure(response);
  if (!(await credentials.recover(shown))) throw await readFailure(response);
  const again = await send(path, options, await credentials.header());
  if (again.ok) return again;
  throw await readFailure(again);
}

type Shown = Readonly<Record<string, string>>;

function send(path: string, { method = 'GET', signal, ...options }: Options, shown: Shown) {
  // An operator who has chosen an account sees it on all pages.
  const query = { ...(method === 'GET' && chosenAccount.toQuery(path)), ...options.query };
  const content = options.body === undefined ? undefined : toContent(options.body);
  const headers = {
    // So that the reads of an open page are not entries of the log that it shows.
    'X-Waverify-Console': 'true',
    ...shown,
    ...options.headers,
    ...(content && { 'Content-Type': content.type }),
  };
  return reach(path + toSearch(query), {
    method,
    headers,
    ...(content && { body: content.body }),
    ...(signal && { signal }),
  });
}

function toContent(body: unknown): { readonly type: string; readonly body: BodyInit } {
  if (!(body instanceof Blob)) return { type: 'application/json', body: JSON.stringify(body) };
  return { type: body.type || 'application/octet-stream', body };
}

/** Builds a query string without empty values. */
function toSearch(query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  if (given.length === 0) return '';
  return `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}

/** Saves a response as a file. A plain link could not send credentials. */
export async function download(path: string, query: Query, name: string): Promise<void> {
  saveAs(await (await call(path, { query })).blob(), name);
}

/** Saves a file under a name. */
export function saveAs(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement('a'), { href: address, download: name });
  link.click();
  URL.revokeObjectURL(address);
}
