// The lab decrypts with libsignal in this process too, and that prints private keys.
import '../../../src/channels/whatsapp/protocol/silence-libsignal.ts';
import type { TestDatabase } from '../database/databases.ts';
import type { Lab } from '../whatsapp-lab/lab.ts';
import { startServerProcess } from './server-process.ts';

/** What makes the program send to anybody at once. */
const ENV = {
  OTP_CHANNELS: 'whatsapp',
  OTP_RESEND_SECONDS: '0',
  OTP_HASH_CONCURRENCY: '64',
  LIMIT_SENDS_PER_PHONE_HOUR: '1000',
  LIMIT_SENDS_PER_PHONE_DAY: '1000',
  LIMIT_SENDS_PER_PHONE_DAY_ALL_ACCOUNTS: '1000',
  LIMIT_SENDS_PER_PREFIX_HOUR: '0',
  LIMIT_SENDS_PER_KEY_HOUR: '0',
  LIMIT_SENDS_PER_REGION_HOUR: '0',
  WHATSAPP_NEW_CONTACTS_PER_DAY: '1000',
  WHATSAPP_SPACING_MS: '0',
  WHATSAPP_ACK_SECONDS: '1',
};

/** How long a process that follows a dead one may take until it is connected: less than a lease. */
export const BACK_MS = 7000;

/** Starts the compiled program with the WhatsApp channel, on a lab in the test's own process. */
export function startWhatsAppProcess(
  { url }: Lab,
  database: TestDatabase,
  variables: Readonly<Record<string, string>> = {},
) {
  const gatewayUrl = url.replace(/^ws/, 'http'); // Asked for, and not used.
  const env = { ...ENV, WHATSAPP_SOCKET_URL: url, ...variables };
  return startServerProcess({ databaseUrl: database.url, gatewayUrl, env });
}
