import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { API_KEY } from '../http/client.ts';
import { NO_LOGIN_LIMITS, PASSWORD } from '../http/users.ts';
import { createWhatsAppHarness, type WhatsAppHarness } from '../whatsapp/linked-harness.ts';
import { startLab } from '../whatsapp-lab/lab.ts';
import { openTab } from './browser.ts';

export type BrowserWorld = Awaited<ReturnType<typeof createBrowserWorld>>;

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

  /** A tab in which somebody has signed in with the key of the environment. */
  async function openConsole(options: Parameters<typeof openTab>[0] = {}) {
    const tab = await openTab(options);
    await signInWithKey(tab.page, h.url);
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
