import { findCode } from '../lib/input/typed-code.ts';
import { addStatusLine } from './status-line.ts';
import { findTexts } from './texts.ts';

const DEFAULT_LENGTH = 6;

/** What the WebOTP API returns; the types of browsers lack it. */
type SmsCode = { readonly code?: string };

/**
 * `<waverify-code>`: one field for a code, which phones fill in. It accepts a code as it was copied: `123 456`, with the
 * text around it, in the digits of any script. Without JavaScript, an `input` inside it works as any other.
 *
 * Attributes: `length` (6), `name` (`otp`), `label`, `announcement` (for screen readers), `autosubmit`. The texts are in the
 * language of the page by default.
 * Event `waverify-complete`, with `detail.code`, when the code has all of its digits.
 */
export class CodeElement extends HTMLElement {
  #gone = new AbortController();
  #status: HTMLElement | undefined;

  connectedCallback(): void {
    this.#gone = new AbortController();
    const input = this.querySelector('input') ?? this.#createInput();
    this.#status ??= addStatusLine(this);
    const { signal } = this.#gone;
    input.addEventListener('input', () => this.#read(input), { signal });
    void this.#awaitSms(input, signal);
  }

  disconnectedCallback(): void {
    this.#gone.abort();
  }

  get #length(): number {
    return Number(this.getAttribute('length')) || DEFAULT_LENGTH;
  }

  #createInput(): HTMLInputElement {
    const label = document.createElement('label');
    const input = document.createElement('input');
    Object.assign(input, {
      type: 'text',
      name: this.getAttribute('name') ?? 'otp',
      required: true,
    });
    Object.assign(input, {
      inputMode: 'numeric',
      autocomplete: 'one-time-code',
      dir: 'ltr',
      spellcheck: false,
    });
    label.append(`${this.getAttribute('label') ?? findTexts(this).code} `, input);
    this.append(label);
    return input;
  }

  /** Leaves what cannot be a code as it is, for the user to correct. */
  #read(input: HTMLInputElement): void {
    const code = findCode(input.value, this.#length);
    const announcement = this.getAttribute('announcement') ?? findTexts(this).codeComplete;
    if (this.#status) this.#status.textContent = code === undefined ? '' : announcement;
    if (code === undefined) return;
    if (input.value !== code) input.value = code;
    this.dispatchEvent(new CustomEvent('waverify-complete', { bubbles: true, detail: { code } }));
    if (this.hasAttribute('autosubmit')) input.form?.requestSubmit();
  }

  /** Fills in the code of an SMS whose last line is `@host #code` (WICG WebOTP). */
  async #awaitSms(input: HTMLInputElement, signal: AbortSignal): Promise<void> {
    if (!('OTPCredential' in window)) return;
    const request = { otp: { transport: ['sms'] }, signal } as CredentialRequestOptions;
    // It fails if the user declines, and where it is not permitted.
    const found = await navigator.credentials.get(request).catch(() => null);
    const { code } = (found ?? {}) as SmsCode;
    if (code === undefined || signal.aborted) return;
    input.value = code;
    this.#read(input);
  }
}
