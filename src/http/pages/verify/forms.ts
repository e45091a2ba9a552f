import { html } from 'hono/html';
import type { Speech } from './words.ts';

type Html = ReturnType<typeof html>;

/** What every form of a page needs. */
export type FormParts = {
  readonly t: Speech['t'];
  /** The path of an action, relative to that of the page as it is shown. */
  readonly to: (action: string) => string;
  readonly canWrite: boolean;
  /** The ID of the element that says what is wrong; undefined if nothing is. */
  readonly errorId: string | undefined;
};

type NumberForm = FormParts & {
  /** The number, masked if it is fixed; empty if it is not known. */
  readonly shownNumber: string;
  /** What the field has: the number, or what was entered and refused. */
  readonly typedNumber: string;
  readonly isNumberFixed: boolean;
  /** Whether a code was sent that can still be entered. */
  readonly hasCode: boolean;
};

/** Asks for the number, or shows to which one a code will go. */
export function numberForm({ shownNumber, typedNumber, ...parts }: NumberForm): Html {
  const { t, to, errorId, isNumberFixed, hasCode } = parts;
  const field = html`<div class="field">
    <label for="phoneNumber">${t('phone')}</label>
    <input class="input" id="phoneNumber" name="phoneNumber" type="tel" inputmode="tel" autocomplete="tel"
      dir="ltr" required spellcheck="false" maxlength="64" value="${typedNumber}"
      aria-describedby="${['phoneHint', errorId].filter(Boolean).join(' ')}"
      ${errorId === undefined ? '' : html`aria-invalid="true" autofocus`} />
    <p class="hint" id="phoneHint">${t('phoneHint')}</p>
  </div>`;
  return html`<form class="stack" method="post" action="${to('send')}">
      ${isNumberFixed ? html`<p>${t('willSend', { phone: shownNumber })}</p>` : field}
      <button type="submit" class="button primary wide">${t('send')}</button>
    </form>
    ${hasCode ? html`<p><a class="small" href="${to('')}">${t('haveCode')}</a></p>` : ''}
    ${writeForm(parts)}`;
}

type CodeForm = FormParts & {
  readonly codeLength: number;
  readonly shownNumber: string;
  readonly isNumberFixed: boolean;
  readonly resendInSeconds: number;
  readonly hasOtherWay: boolean;
};

/** Asks for the code that was sent, and offers other ways. */
export function codeForm(form: CodeForm): Html {
  const { t, to, shownNumber, resendInSeconds, hasOtherWay } = form;
  const change = html`<a class="small" href="${to('')}?number">${t('change')}</a>`;
  const next = html`<form method="post" action="${to('next')}">
    <button type="submit" class="button compact">${t('next')}</button>
  </form>`;
  return html`<p class="soft small">${t('sent', { phone: shownNumber })}</p>
    ${checkForm({ ...form, isNext: true })}
    <div class="row spread">
      <form method="post" action="${to('resend')}">
        <button type="submit" class="button compact" data-wait="${resendInSeconds}"
          data-waiting="${t('resendIn', { seconds: '{seconds}' })}">${t('resend')}</button>
      </form>
      ${hasOtherWay ? next : ''} ${form.isNumberFixed ? '' : change}
    </div>
    ${writeForm(form)}`;
}

type MessageForm = FormParts & {
  readonly codeLength: number;
  readonly link: string;
  readonly text: string;
  /** The link as a QR code, in a `data:` URL. */
  readonly qr: string;
};

/** Shows the message that the user sends, and asks for the code that is sent back. */
export function messageForm(form: MessageForm): Html {
  const { t, to, link, text, qr } = form;
  return html`<p class="soft small">${t('writeLead')}</p>
    <a class="button primary wide" href="${link}" target="_blank" rel="noopener noreferrer">${t('open')}</a>
    <figure class="message-qr">
      <img src="${qr}" alt="${t('qr')}" />
      <figcaption class="soft small">${t('scan')}</figcaption>
    </figure>
    <details class="small">
      <summary>${t('message')}</summary>
      <p class="message-text" dir="auto">${text}</p>
    </details>
    <p class="soft small">${t('replied')}</p>
    ${checkForm({ ...form, isNext: form.errorId !== undefined })}
    <p><a class="small" href="${to('')}?number">${t('back')}</a></p>`;
}

type CheckForm = FormParts & {
  readonly codeLength: number;
  /** Whether the code is what the user does next. */
  readonly isNext: boolean;
};

function checkForm({ t, to, errorId, codeLength, isNext }: CheckForm): Html {
  return html`<form class="stack" method="post" action="${to('check')}">
    <waverify-code length="${codeLength}" announcement="${t('codeComplete')}">
      <div class="field">
        <label for="otp">${t('code')}</label>
        <input class="input code" id="otp" name="otp" type="text" inputmode="numeric"
          autocomplete="one-time-code" dir="ltr" required spellcheck="false" ${isNext ? 'autofocus' : ''}
          ${errorId === undefined ? '' : html`aria-invalid="true" aria-describedby="${errorId}"`} />
      </div>
    </waverify-code>
    <button type="submit" class="button ${isNext ? 'primary' : ''} wide">${t('verify')}</button>
  </form>`;
}

/** Offers to verify by a message, if a number can receive it. */
function writeForm({ t, to, canWrite }: FormParts): Html | '' {
  if (!canWrite) return '';
  return html`<form method="post" action="${to('message')}">
    <button type="submit" class="button wide">${t('write')}</button>
  </form>`;
}
