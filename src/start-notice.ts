import type { Config } from '../config/config.ts';

/** OWASP Password Storage Cheat Sheet and ASVS 5.0 appendix C: argon2id, 19 MiB with two passes. */
const FLOOR = { memoryKib: 19_456, timeCost: 2 };

/** What to tell the operator at the start: what is weaker than it could be, and how to begin. */
export function describeStart(
  config: Config,
  { apiKey }: { readonly apiKey: string },
  argon2: string,
): { warnings: string[]; notice: string[] } {
  const { http, channels, isProduction } = config;
  const address = `http://${http.host.includes(':') ? `[${http.host}]` : http.host}:${http.port}`;
  const notice = [
    `Waverify listens at ${address}`,
    `  console         ${address}/ (sign in with the key)`,
    `  API to browse   ${address}/api/docs (any user name, the key as password)`,
    `  channels        ${channels.order.join(', then ')}`,
  ];
  if (channels.order.includes('whatsapp')) {
    notice.push(
      '  WhatsApp        link a number: POST /api/sessions, then GET /api/sessions/ID/qr',
    );
  }
  // In production the operator has set the key, and its log may go anywhere.
  if (!isProduction) notice.push(`  API key         ${apiKey}`);
  return { warnings: findWeaknesses(config, argon2), notice };
}

function findWeaknesses(
  { limits, otp, hashing, whatsapp, pumpingGuard }: Config,
  argon2: string,
): string[] {
  const { newContactsPerDay } = whatsapp;
  const switches = { ...limits, resendSeconds: otp.resendSeconds, newContactsPerDay };
  const warnings = Object.entries(switches)
    .filter(([, max]) => max === 0)
    .map(([name]) => `the limit ${name} is switched off`);
  if (hashing.memoryKib < FLOOR.memoryKib || hashing.timeCost < FLOOR.timeCost) {
    warnings.push(
      'passcodes are hashed below the OWASP floor: only SECRET_KEY protects a stolen table',
    );
  }
  if (pumpingGuard === 'off') warnings.push('nothing watches for traffic pumping: PUMPING_GUARD');
  if (argon2 === 'argon2') {
    warnings.push('the optional @node-rs/argon2 did not load: hashing takes twice the time');
  }
  return warnings;
}
