import type { Timing } from '../../../src/channels/whatsapp/protocol/timing.ts';
import type { SessionState } from '../../../src/domain/whatsapp/session.ts';
import { createHarness, type Harness } from '../http/harness.ts';
import { createSessionCalls } from '../http/session-calls.ts';
import { waitFor } from '../wait-for.ts';
import type { Lab, Phone } from '../whatsapp-lab/lab.ts';

/** Waits that a test can sit through; the ratios are those of the real ones. */
export const QUICK: Partial<Timing> = {
  connectMs: 5000,
  firstBackoffMs: 100,
  longestBackoffMs: 1000,
  stableMs: 1000,
  keepAliveMs: 10_000,
  queryMs: 8000,
  leaseMs: 3000,
};

type Options = Parameters<typeof createHarness>[0] & { readonly lab: Lab };

/** The whole service with the WhatsApp channel, on the lab instead of on WhatsApp. */
export async function createWhatsAppHarness({ lab, env, whatsappTiming, ...rest }: Options) {
  const h = await createHarness({
    ...rest,
    env: {
      OTP_CHANNELS: 'whatsapp',
      OTP_RESEND_SECONDS: '0',
      WHATSAPP_SOCKET_URL: lab.url,
      LIMIT_SENDS_PER_PHONE_HOUR: '1000',
      LIMIT_SENDS_PER_PHONE_DAY: '1000',
      LIMIT_SENDS_PER_PHONE_DAY_ALL_ACCOUNTS: '1000',
      LIMIT_SENDS_PER_PREFIX_HOUR: '0',
      LIMIT_SENDS_PER_KEY_HOUR: '0',
      LIMIT_SENDS_PER_ACCOUNT_DAY: '0',
      LIMIT_SENDS_PER_REGION_HOUR: '0',
      LIMIT_SENDS_IN_ALL_HOUR: '0',
      WHATSAPP_NEW_CONTACTS_PER_DAY: '1000',
      ...env,
    },
    whatsappTiming: { ...QUICK, ...whatsappTiming },
  });
  return { ...h, ...createLinkingCalls(h) };
}

export type WhatsAppHarness = Awaited<ReturnType<typeof createWhatsAppHarness>>;

/** What an operator does with one session, over the API. */
export function createLinkingCalls({ client }: Pick<Harness, 'client'>) {
  const calls = createSessionCalls({ client });

  async function status(sessionId = 'default') {
    const { body } = await calls.status(sessionId);
    return body.data ?? {};
  }

  /** Resolves with the status when the session is in one of `states`. */
  function waitForState(states: readonly SessionState[], sessionId = 'default', waitMs = 60_000) {
    return waitFor(
      async () => {
        const data = await status(sessionId);
        return states.includes(data['state'] as SessionState) ? data : undefined;
      },
      `session ${sessionId} to be ${states.join(' or ')}`,
      waitMs,
    );
  }

  /** Makes a session and links it to the account of `phone` by QR. */
  const link = (phone: Phone, sessionId = 'default') => calls.link(sessionId, phone);

  return { status, waitForState, link };
}
