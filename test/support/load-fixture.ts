import type { BrowserWorld } from './browser/browser-fixture.ts';
import { countEverything } from './count-everything.ts';
import { createHistory } from './database/history.ts';

/** So many codes are asked for in each hour of a day: few at night, most in the evening. */
const RHYTHM = [
  2, 1, 1, 0, 1, 2, 4, 7, 9, 11, 12, 13, 12, 11, 10, 11, 13, 15, 17, 19, 16, 11, 7, 4,
];

/**
 * A service that people use: sessions in several states, days of codes with every kind of end. Drawn
 * without chance, so that pictures of it stay alike.
 */
export async function makeBusy({ h, lab }: BrowserWorld, days: number): Promise<void> {
  await writeHistory(h, 24 * days);
  const shop = lab.addPhone({ name: 'Toko Kopi Senja' });
  const alerts = lab.addPhone({ name: 'Kurir Cepat' });
  await h.link(shop, 'shop');
  await h.link(alerts, 'alerts');
  lab.end('stream-error', alerts.pn, 403);
  await h.waitForState(['banned'], 'alerts');
  await h.client.post('/api/sessions', { sessionId: 'spare' });
  for (const [name, scopes] of [
    ['shop backend', ['otp:send', 'otp:verify']],
    ['dashboard on the wall', ['analytics:read']],
    ['continuous integration', ['otp:send', 'otp:verify']],
  ] as const) {
    await h.client.post('/api/keys', {
      name,
      scopes,
      mode: name.startsWith('c') ? 'test' : 'live',
    });
  }
  await countEverything(h.database);
}

async function writeHistory({ database }: BrowserWorld['h'], hours: number): Promise<void> {
  const { addVerification, addMessage } = createHistory(database);
  const now = Date.now();
  for (let hour = hours; hour > 0; hour -= 1) {
    const start = new Date(now - hour * 3_600_000 + 600_000);
    const codes = RHYTHM[(start.getUTCHours() + 7) % 24] ?? 0;
    // At once, so that they share their commits.
    await Promise.all(
      Array.from({ length: codes }, (_, code) => {
        const at = new Date(start.getTime() + code * 120_000);
        return addVerification({ at, sessionId: 'shop', ...endOf(hour * 7 + code * 3) });
      }),
    );
    if (hour % 5 === 0) await addMessage(start, 'success', 'shop');
  }
}

/** What becomes of one code of a hundred. */
function endOf(n: number) {
  const chance = (n * 37) % 100;
  const delivered = 1.2 + (chance % 17) / 6;
  if (chance < 3) return { isFailed: true };
  if (chance < 7) return { expired: 290 };
  if (chance < 14) return { delivered, expired: 295 };
  if (chance < 22) return { delivered, read: delivered + 9, expired: 295 };
  return { delivered, read: delivered + 4 + (chance % 9), verified: 12 + (chance % 29) };
}
