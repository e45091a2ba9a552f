import type { Config } from '../../config/config.ts';
import { channelLimits, findLinking } from '../channels/registry.ts';

/** OWASP Password Storage Cheat Sheet and ASVS 5.0 appendix C: argon2id, 19 MiB with two passes. */
const FLOOR = { memoryKib: 19_456, timeCost: 2 };

type Start = {
  readonly apiKey: string;
  /** Where the key is kept, when it is not from the environment. */
  readonly keyFile?: string;
  readonly isKeyNew?: boolean;
  readonly argon2: string;
  /** Whether a person reads the notice; what others write it into may be kept for long. */
  readonly isTerminal: boolean;
};

/** What to tell the operator at the start: what is weaker than it could be, and how to begin. */
export function describeStart(
  config: Config,
  start: Start,
): { warnings: string[]; notice: string[] } {
  const { http, channels } = config;
  const address = `http://${http.host.includes(':') ? `[${http.host}]` : http.host}:${http.port}`;
  const notice = [
    `Waverify listens at ${address}`,
    `  console         ${address}/ (sign in with the key)`,
    `  API to browse   ${address}/api/docs (any user name, the key as password)`,
  ];
  if (http.demo !== 'off') {
    const forWhom = http.demo === 'public' ? 'for everybody' : 'from this machine only';
    notice.push(`  demo            ${address}/demo (${forWhom})`);
  }
  notice.push(`  channels        ${channels.order.join(', then ')}`);
  if (!start.isTerminal) {
    notice.push(
      ...channels.order.flatMap((name) => findLinking(name) ?? []).map((hint) => `  ${hint}`),
    );
  }
  notice.push(`  API key         ${describeKey(start)}`);
  return { warnings: findWeaknesses(config, start.argon2), notice };
}

/** A key is shown once, to whom it was made for. */
function describeKey({ apiKey, keyFile, isKeyNew, isTerminal }: Start): string {
  if (keyFile === undefined) return 'as API_KEY says';
  return isKeyNew && isTerminal ? `${apiKey} (kept in ${keyFile})` : `in ${keyFile}`;
}

function findWeaknesses(
  { limits, otp, hashing, channels, pumpingGuard }: Config,
  argon2: string,
): string[] {
  const own = Object.entries({ ...limits, resendSeconds: otp.resendSeconds }).map(
    ([name, max]) => [toVariable(name), max] as const,
  );
  const values: Readonly<Record<string, unknown>> = channels.values;
  const ofChannels = channelLimits.map((name) => [name, values[name]] as const);
  const warnings = [...own, ...ofChannels]
    .filter(([, max]) => max === 0)
    .map(([name]) => `${name} is 0: this limit is switched off`);
  if (hashing.memoryKib < FLOOR.memoryKib || hashing.timeCost < FLOOR.timeCost) {
    warnings.push(
      'codes are hashed below the OWASP floor: only SECRET_KEY protects a stolen table',
    );
  }
  if (pumpingGuard === 'off') warnings.push('nothing watches for traffic pumping: PUMPING_GUARD');
  if (argon2 === 'argon2') {
    warnings.push('the optional @node-rs/argon2 did not load: hashing takes twice the time');
  }
  return warnings;
}

/** The variable that a limit is set by. */
function toVariable(name: string): string {
  if (name === 'resendSeconds') return 'OTP_RESEND_SECONDS';
  return `LIMIT_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}
