import { API_KEY } from '../http/client.ts';
import { NO_LOGIN_LIMITS } from '../http/users.ts';
import { createWhatsAppHarness, type WhatsAppHarness } from '../whatsapp/linked-harness.ts';
import { startLab } from '../whatsapp-lab/lab.ts';
import { openTab } from './browser.ts';

export type BrowserWorld = Awaited<ReturnType<typeof createBrowserWorld>>;

/** The whole service on a lab, behind a real socket, and tabs to look at it. */
export async function createBrowserWorld(env: Readonly<Record<string, string>> = {}) {
  const lab = await startLab();
  const h: WhatsAppHarness = await createWhatsAppHarness({
    lab,
    env: { ...NO_LOGIN_LIMITS, OTP_CHANNELS: 'whatsapp,http', ...env },
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
    },
  };
}

type Page = Awaited<ReturnType<typeof openTab>>['page'];

export async function signInWithKey(page: Page, url: string, key = API_KEY): Promise<void> {
  await page.goto(url);
  await page.getByRole('button', { name: /API key|Kunci API/ }).click();
  await page.getByLabel(/^API key|^Kunci API/).fill(key);
  await page.getByRole('button', { name: /^(Sign in|Masuk)$/ }).click();
  await page.getByRole('navigation').waitFor();
}
