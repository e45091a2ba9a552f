import { type Context, Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { AppError } from '../../../domain/errors.ts';
import { foldCode } from '../../../domain/typed-text.ts';
import { randomId } from '../../../lib/crypto/secrets.ts';
import type { Logger } from '../../../lib/logger.ts';
import type { ClientInfo } from '../../../services/access/identity-service.ts';
import {
  checkOnPage,
  sendNextOnPage,
  sendOnPage,
  writeOnPage,
} from '../../../services/verification/pages/act-on-page.ts';
import type { PageContext } from '../../../services/verification/pages/context.ts';
import {
  claimPage,
  findPage,
  type OpenPage,
  type Visitor,
} from '../../../services/verification/pages/open-page.ts';
import { showPage } from '../../../services/verification/pages/page-state.ts';
import { type BaseUrlParts, createReadBaseUrl } from '../../api/base-url.ts';
import { toAppError } from '../../errors/error-responses.ts';
import { PROBLEMS } from '../../errors/problems.ts';
import type { HttpEnv } from '../../http-env.ts';
import type { Pages } from '../read-pages.ts';
import { placeAssets } from '../serve-pages.ts';
import { renderPage, renderRefusal, toDocument } from './render-page.ts';
import { chooseSpeech } from './words.ts';

type Dependencies = BaseUrlParts & {
  readonly hostedPages: PageContext;
  readonly readFrom: (c: Context) => ClientInfo;
  readonly codeLength: number;
  readonly logger: Logger;
};

/** Names the browser, so that a link works in one only. Its path is that of the pages. */
const COOKIE = 'waverify_browser';
const COOKIE_SECONDS = 3600;
const BROWSER_ID_BYTES = 16;
const BROWSER_ID = /^[\w-]{22}$/;

/** Longer than any number or code that a user enters. */
const LONGEST_FIELD = 128;

type Fields = Readonly<Record<string, string>>;

/** A form that was refused. */
type Refused = { readonly action: string; readonly fields: Fields; readonly error: AppError };

/** What a form does. */
type Act = (open: OpenPage, fields: Fields) => Promise<void>;

/**
 * The hosted pages: links that `POST /api/pages` creates. Everything works with plain forms; web/verify/main.ts adds
 * what is more comfortable.
 */
export function verifyRoutes(dependencies: Dependencies, pages: Pages | undefined) {
  const { hostedPages: ctx, readFrom, codeLength, logger } = dependencies;
  const readBaseUrl = createReadBaseUrl(dependencies);
  const router = new Hono<HttpEnv>();

  const readVisitor = (c: Context): Visitor => {
    const cookie = getCookie(c, COOKIE) ?? '';
    return { ...readFrom(c), browserId: BROWSER_ID.test(cookie) ? cookie : undefined };
  };

  /** Shows a page as it is now; `refused` is what was entered in a form, and why it was refused. */
  async function show(c: Context<HttpEnv>, open: OpenPage, refused?: Refused): Promise<Response> {
    const shown = await showPage(ctx, open, readBaseUrl(c));
    const speech = chooseSpeech(open.page.locale, c.req.header('accept-language'));
    const wantsNumber = refused ? isAboutNumber(refused) : c.req.query('number') !== undefined;
    const error = refused?.error;
    const typedNumber = refused?.fields['phoneNumber'];
    const options = { speech, to: createPathTo(c), codeLength, error, typedNumber, wantsNumber };
    const page = await renderPage(open, shown, options);
    const status = error ? PROBLEMS[error.code].status : 200;
    return send(c, toDocument(pages?.verify, speech, page), status);
  }

  /** Says why a page cannot be used. */
  function refuse(c: Context<HttpEnv>, thrown: unknown): Response {
    const error = toAppError(thrown as Error);
    const requestId = c.get('requestId');
    if (error.code === 'internal_error')
      logger.error({ requestId, err: thrown }, 'unhandled error');
    const speech = chooseSpeech(undefined, c.req.header('accept-language'));
    const page = renderRefusal(error, speech);
    return send(c, toDocument(pages?.verify, speech, page), PROBLEMS[error.code].status);
  }

  router.get('/:token', async (c) => {
    try {
      const visitor = readVisitor(c);
      const open = await findPage(ctx, c.req.param('token'), visitor);
      giveCookie(c, readBaseUrl(c), visitor.browserId);
      return await show(c, open);
    } catch (error) {
      return refuse(c, error);
    }
  });

  /** A form: it changes something and goes back to its page, which says what is wrong otherwise. */
  function form(action: string, act: Act): void {
    router.post(`/:token/${action}`, async (c) => {
      try {
        const token = c.req.param('token') ?? '';
        const open = await claimPage(ctx, token, readVisitor(c));
        const fields = await readFields(c);
        const error = await act(open, fields).then(() => undefined, toRefusal);
        if (!error) return c.redirect(`../${token}`, 303);
        const now = await findPage(ctx, token, readVisitor(c));
        return await show(c, now, { action, fields, error });
      } catch (error) {
        return refuse(c, error);
      }
    });
  }

  form('send', (open, { phoneNumber: typedNumber = '' }) => sendOnPage(ctx, open, { typedNumber }));
  form('resend', (open) => sendOnPage(ctx, open, { isResend: true }));
  form('next', (open) => sendNextOnPage(ctx, open));
  form('message', (open) => writeOnPage(ctx, open));
  form('check', async (open, { otp = '' }) => checkOnPage(ctx, open, readCode(otp, codeLength)));

  return router;
}

/** Whether the user has to correct the number. A code that was sent a moment ago can still be entered. */
function isAboutNumber({ action, error }: Refused): boolean {
  return action === 'send' && error.code !== 'resend_too_soon';
}

/** Without a path, so that the cookie is for the path of the pages, whichever prefix a proxy adds. */
function giveCookie(c: Context, baseUrl: string, browserId = randomId(BROWSER_ID_BYTES)): void {
  setCookie(c, COOKIE, browserId, {
    ...{ httpOnly: true, sameSite: 'Lax', maxAge: COOKIE_SECONDS },
    path: '',
    secure: baseUrl.startsWith('https:'),
  });
}

/** Paths relative to the page, because a proxy may serve us under a prefix that we do not know. */
function createPathTo(c: Context): (action: string) => string {
  const token = c.req.param('token') ?? '';
  const isForm = c.req.path.split('/').length > '/verify/token'.split('/').length;
  return (action) => `${isForm ? '../' : './'}${token}${action === '' ? '' : `/${action}`}`;
}

/** @throws {AppError} `invalid_json` for a body that is no form. */
async function readFields(c: Context): Promise<Fields> {
  const parsed = await c.req.parseBody().catch((cause: unknown) => {
    throw new AppError('invalid_json', 'The body is not a valid form', { cause });
  });
  const fields = Object.entries(parsed);
  const texts = fields.filter((field): field is [string, string] => typeof field[1] === 'string');
  return Object.fromEntries(texts.map(([name, text]) => [name, text.slice(0, LONGEST_FIELD)]));
}

/** A text that cannot be a code does not count as an attempt. @throws {AppError} `validation_failed` */
function readCode(text: string, length: number): string {
  const code = foldCode(text);
  if (new RegExp(`^[0-9]{${length}}$`).test(code)) return code;
  throw new AppError('validation_failed', `otp: must be ${length} digits and nothing else`);
}

/** What the form says. @throws if the page has ended, or for a fault of ours. */
function toRefusal(error: unknown): AppError {
  const isForUser = error instanceof AppError && error.code !== 'not_found';
  if (isForUser) return error;
  throw error;
}

function send(c: Context, document: string, status: ContentfulStatusCode): Response {
  return c.body(placeAssets(document, c.req.path), status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
  });
}
