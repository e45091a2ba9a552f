import { existsSync } from 'node:fs';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** The first that is there is used. Without the parts for a desktop, a page costs about half. */
const PROGRAMS = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

const executablePath =
  process.env['CHROMIUM_PATH'] ?? PROGRAMS.find((path) => existsSync(path)) ?? '/usr/bin/chromium';

/** Whether pages can be tried here; CI must be able to. */
export const hasBrowser = process.env['CI'] === 'true' || existsSync(executablePath);

/** One sentence about pages that will not be opened, or nothing. */
export function describeMissingBrowser(): string | undefined {
  return hasBrowser ? undefined : `Skipped, because there is no ${executablePath}: test/browser`;
}

/** Nothing of it may call anywhere but where a test sends it. */
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let kept: Promise<Browser> | undefined;

/** The browser of this worker. It ends with the worker. */
function openBrowser(): Promise<Browser> {
  kept ??= chromium.launch({ executablePath, args: ARGS, headless: true });
  return kept;
}

/** Whether a page is wider than its window, to be evaluated in it. */
export const SPILLS = 'document.documentElement.scrollWidth > innerWidth';

/** A tab with a profile of its own, and everything in it that should not happen. */
export async function openTab(options: BrowserContextOptions = {}) {
  const browser = await openBrowser();
  const context = await browser.newContext({
    ...{ locale: 'en-GB', timezoneId: 'Asia/Jakarta', viewport: { width: 1280, height: 900 } },
    ...options,
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    const text = message.text();
    // That an API call was refused is for the page to show; the browser notes it too.
    if (message.type() === 'error' && !text.startsWith('Failed to load resource')) {
      faults.push(`console: ${text}`);
    }
  });
  await page.addInitScript(`document.addEventListener('securitypolicyviolation', (event) =>
    console.error('policy: ' + event.effectiveDirective + ' ' + event.blockedURI))`);
  return { page, faults, close: () => context.close() };
}

type Violation = {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
};

/** The serious and critical faults that axe finds on a page as it is now. */
export async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const violations = (await page.evaluate(
    "axe.run({ resultTypes: ['violations'] }).then((found) => found.violations)",
  )) as Violation[];
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
    );
}
