import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { API_KEY } from '../http/client.ts';
import { NO_LOGIN_LIMITS, PASSWORD } from '../http/users.ts';
import { createWhatsAppHarness, type WhatsAppHarness } from '../whatsapp/linked-harness.ts';
import { startLab } from '../whatsapp-lab/lab.ts';
import { openTab } from './browser.ts';

export type BrowserWorld = Awaited<ReturnType<typeof createBrowserWorld>>;

type ConsoleOptions = Parameters<typeof openTab>[0] & { readonly path?: string };

/**
 * Leaves in a new tab what the console keeps after a sign-in with the key (`web/lib/sign-in`). A form that is filled
 * in takes seconds; `signInWithKey` does that where signing in is the subject.
 */
const SIGN_IN_ONCE = `
  // The name of a window outlives a reload, and is not in its storage.
  if (window.name !== 'signed in') {
    window.name = 'signed in';
    sessionStorage.setItem('waverify.credentials', ${JSON.stringify(
      JSON.stringify({ id: 'a-sign-in-of-the-tests', kind: 'key', key: API_KEY }),
    )});
  }`;

/** The whole service on a lab, behind a real socket, and tabs to look at it. */
export async function createBrowserWorld(
  env: Readonly<Record<string, string>> = {},
  { media = false }: { readonly media?: boolean } = {},
) {
  const lab = await startLab({ media });
  const folder = media ? await mkdtemp(join(tmpdir(), 'media-')) : '';
  const ofMedia = media && { MEDIA_PATH: folder, WHATSAPP_MEDIA_HOST: lab.media().host };
  const h: WhatsAppHarness = await createWhatsAppHarness({
    lab,
    ...(media && { mediaCertificate: lab.media().certificate }),
    env: { ...NO_LOGIN_LIMITS, OTP_CHANNELS: 'whatsapp,http', ...ofMedia, ...env },
  });

  /** A tab at a page of the console, in which somebody has signed in with the key of the environment. */
  async function openConsole({ path = '/', ...options }: ConsoleOptions = {}) {
    const tab = await openTab(options);
    await tab.page.addInitScript(SIGN_IN_ONCE);
    await tab.page.goto(`${h.url}${path}`);
    await waitForSignIn(tab.page);
    return tab;
  }

  return {
    ...{ lab, h, openConsole, openTab },
    async close() {
      await h.close();
      await lab.close();
      if (media) await rm(folder, { recursive: true });
    },
  };
}

type Page = Awaited<ReturnType<typeof openTab>>['page'];

export async function signInWithKey(page: Page, url: string, key = API_KEY): Promise<void> {
  await page.goto(url);
  await page.getByRole('button', { name: /API key|Kunci API/ }).click();
  await page.getByLabel(/^API key|^Kunci API/).fill(key);
  await page.getByRole('button', { name: /^(Sign in|Masuk)$/ }).click();
  await waitForSignIn(page);
}

async function waitForSignIn(page: Page): Promise<void> {
  await page
    .getByRole('button', { name: /^(Sign out|Keluar|Menu)$/ })
    .first()
    .waitFor();
}

/** Signs a user in with their email address. */
export async function signInWithEmail(
  page: Page,
  url: string,
  email: string,
  password = PASSWORD,
): Promise<void> {
  await page.goto(url);
  await page.getByLabel('Email address').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}
