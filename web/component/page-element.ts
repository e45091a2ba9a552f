import { addStatusLine } from './status-line.ts';
import { findTexts } from './texts.ts';

/** How often it is checked whether the user has closed the window. */
const CLOSED_MS = 500;

const WINDOW = 'popup,width=440,height=760';

/** What a hosted page sends. */
type Result = {
  readonly type: 'waverify.verified';
  readonly proof: string;
  readonly pageId: string;
};

/**
 * `<waverify-page>`: a button that opens a hosted page in a window, and hands on its result.
 *
 * Attributes: `start`, a URL of your server that creates a page when it gets a POST and responds with `{ "url" }`; or
 * `href`, the link to a page. `label`, `announcement` (for screen readers).
 * Events: `waverify-verified` with `detail.proof` and `detail.pageId`; `waverify-closed` if the user closes the window;
 * `waverify-failed` with `detail.reason`: `blocked` (no window could be opened) or `start` (your server did not respond).
 */
export class PageElement extends HTMLElement {
  #gone = new AbortController();
  /** Ends the wait for the result of the latest window. */
  #over = new AbortController();
  #status: HTMLElement | undefined;

  connectedCallback(): void {
    this.#gone = new AbortController();
    const button = this.querySelector('button') ?? this.#createButton();
    this.#status ??= addStatusLine(this);
    button.addEventListener('click', () => void this.#open(), { signal: this.#gone.signal });
  }

  disconnectedCallback(): void {
    this.#gone.abort();
  }

  #createButton(): HTMLButtonElement {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = this.getAttribute('label') ?? findTexts(this).verify;
    this.append(button);
    return button;
  }

  /** The window is opened at once, because browsers only allow it in response to a click. */
  async #open(): Promise<void> {
    const opened = window.open('', 'waverify', WINDOW);
    if (!opened) return this.#tell('waverify-failed', { reason: 'blocked' });
    try {
      const url = new URL(await this.#readUrl(), location.href);
      this.#await(opened, url.origin);
      opened.location.href = url.href;
    } catch {
      opened.close();
      this.#tell('waverify-failed', { reason: 'start' });
    }
  }

  async #readUrl(): Promise<string> {
    const href = this.getAttribute('href');
    if (href !== null) return href;
    const response = await fetch(this.getAttribute('start') ?? '', { method: 'POST' });
    const { url } = (await response.json()) as { readonly url?: string };
    if (!response.ok || url === undefined) throw new Error('no page was created');
    return url;
  }

  /** Only accepts the result from this window, and from the origin of the page. */
  #await(opened: Window, origin: string): void {
    // A second click uses the same window: only the latest page may report.
    this.#over.abort();
    const over = new AbortController();
    this.#over = over;
    const { signal } = over;
    this.#gone.signal.addEventListener('abort', () => over.abort(), { signal });
    let wasClosed = false;
    const timer = setInterval(() => {
      // The result may still be on its way from a window that has just closed.
      if (!wasClosed) {
        wasClosed = opened.closed;
        return;
      }
      over.abort();
      this.#tell('waverify-closed', {});
    }, CLOSED_MS);
    signal.addEventListener('abort', () => clearInterval(timer));
    const onMessage = ({ source, origin: from, data }: MessageEvent<Result | undefined>) => {
      if (source !== opened || from !== origin || data?.type !== 'waverify.verified') return;
      over.abort();
      const { proof, pageId } = data;
      if (this.#status)
        this.#status.textContent = this.getAttribute('announcement') ?? findTexts(this).verified;
      this.#tell('waverify-verified', { proof, pageId });
    };
    window.addEventListener('message', onMessage, { signal });
  }

  #tell(name: string, detail: object): void {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }
}
