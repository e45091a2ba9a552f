import { html } from 'hono/html';
import type { AppError } from '../../../domain/errors.ts';
import { toReturnUrl } from '../../../domain/verification/page.ts';
import { toSvgDataUrl } from '../../../lib/qr-formats.ts';
import type { OpenPage } from '../../../services/verification/pages/open-page.ts';
import type { ShownPage } from '../../../services/verification/pages/page-state.ts';
import { codeForm, type FormParts, messageForm, numberForm } from './forms.ts';
import { isPageWord, type Speech } from './words.ts';

type Html = ReturnType<typeof html>;

type Options = {
  readonly speech: Speech;
  readonly to: FormParts['to'];
  /** How many digits a code has. */
  readonly codeLength: number;
  /** Why the form that was submitted was refused. */
  readonly error: AppError | undefined;
  /** The number that was refused. */
  readonly typedNumber: string | undefined;
  /** Whether the user wants to enter another number. */
  readonly wantsNumber: boolean;
};

/** The parts of a document that the template lacks. */
export type RenderedPage = {
  readonly title: string;
  readonly head: Html | '';
  readonly main: Html;
};

const ERROR_ID = 'error';

/** Failures of channels are one to the user. */
const NOT_SENT = new Set(['delivery_failed', 'provider_unavailable', 'session_not_connected']);

/** Renders a page as it is now. */
export async function renderPage(
  { page }: Pick<OpenPage, 'page'>,
  shown: ShownPage,
  options: Options,
): Promise<RenderedPage> {
  const { t } = options.speech;
  const { companyName, returnUrl, openerOrigin } = page;
  const title = companyName === undefined ? t('title') : t('titleFor', { company: companyName });
  const { state } = shown;
  if (state.name === 'done') {
    const { pageId } = page;
    const url = returnUrl && toReturnUrl(returnUrl, { proof: state.proof, pageId });
    const done = { proof: state.proof, pageId, url, openerOrigin };
    return { title: t('done'), head: toRefresh(done), main: card(t('done'), renderDone(done, t)) };
  }
  const main = html`${renderNotice(shown, options)} ${await renderForms(page, shown, options)}`;
  return { title, head: '', main: card(title, main) };
}

/** Renders what is said instead of a page that cannot be used. */
export function renderRefusal({ code }: AppError, { t }: Speech): RenderedPage {
  const word = code === 'forbidden' ? 'elsewhere' : 'ended';
  const isKnown = code === 'forbidden' || code === 'not_found';
  const title = t(isKnown ? word : 'error.other');
  const lead = isKnown ? html`<p>${t(`${word}Lead`)}</p>` : '';
  return { title, head: '', main: card(title, lead) };
}

function card(title: string, content: Html | ''): Html {
  return html`<main class="welcome">
    <div class="welcome-box">
      <div class="card"><div class="card-body"><div class="stack">
        <h1>${title}</h1>
        ${content}
      </div></div></div>
    </div>
  </main>`;
}

async function renderForms(
  { isNumberFixed }: OpenPage['page'],
  { state, shownNumber, canWrite }: ShownPage,
  { speech: { t }, to, codeLength, error, typedNumber = shownNumber, wantsNumber }: Options,
): Promise<Html> {
  const errorId = error && ERROR_ID;
  const parts = { t, to, canWrite, errorId, shownNumber, isNumberFixed, codeLength };
  if (state.name === 'message' && !wantsNumber) {
    const { link, text } = state.invitation;
    return messageForm({ ...parts, link, text, qr: await toSvgDataUrl(link) });
  }
  if (state.name === 'code' && !wantsNumber) return codeForm({ ...parts, ...state });
  return numberForm({ ...parts, typedNumber, hasCode: state.name === 'code' });
}

/** Says what is wrong. Screen readers announce it. */
function renderNotice({ state }: ShownPage, { speech: { t }, error }: Options): Html | '' {
  if (error) {
    const text = explain(error, t);
    return html`<div class="notice bad" role="alert" id="${ERROR_ID}"><div>${text}</div></div>`;
  }
  if (state.name !== 'number' || !state.isAgain) return '';
  return html`<div class="notice warn" role="status"><div>${t('again')}</div></div>`;
}

function explain({ code, extras }: AppError, t: Speech['t']): string {
  const { attemptsLeft: left = 0, retryAfterSeconds: wait = 1 } = extras;
  if (code === 'otp_invalid' && left === 0) return t('error.otp_used_up');
  if (NOT_SENT.has(code)) return t('error.not_sent');
  const word = `error.${code}`;
  return t(isPageWord(word) ? word : 'error.other', { left, wait });
}

type Done = {
  readonly proof: string;
  readonly pageId: string;
  readonly url: string | undefined;
  readonly openerOrigin: string | undefined;
};

/** Without an opener, the browser goes back automatically, also without scripts. A redirect of a form would be blocked. */
function toRefresh({ url, openerOrigin }: Done): Html | '' {
  if (url === undefined || openerOrigin !== undefined) return '';
  return html`<meta http-equiv="refresh" content="0;url=${url}" />`;
}

function renderDone({ proof, pageId, url, openerOrigin }: Done, t: Speech['t']): Html {
  const result = html`<div id="result" hidden data-proof="${proof}" data-page="${pageId}"
    data-origin="${openerOrigin}" data-url="${url ?? ''}"></div>`;
  return html`${openerOrigin === undefined ? '' : result}
    ${
      url === undefined
        ? html`<div class="notice good" role="status"><div>${t('close')}</div></div>`
        : html`<p><a class="button primary wide" href="${url}">${t('continue')}</a></p>`
    }`;
}

/** The document without a template: the pages of the console are not built. */
const PLAIN =
  '<!doctype html><html lang="en"><head><meta charset="utf-8" /><title></title></head><body></body></html>';

/** Puts a page into the template, which `vite build` writes. */
export function toDocument(template = PLAIN, { lang, dir }: Speech, page: RenderedPage): string {
  const parts: readonly (readonly [mark: RegExp, part: string])[] = [
    [/<html[^>]*>/, String(html`<html lang="${lang}" dir="${dir}">`)],
    [/<title>[^<]*<[/]title>/, String(html`<title>${page.title}</title>`)],
    [/<[/]head>/, String(html`${page.head}</head>`)],
    [/<body>/, String(html`<body>${page.main}`)],
  ];
  return parts.reduce((text, [mark, part]) => text.replace(mark, () => part), template);
}
