import type { Config } from '../../config/config.ts';
import { channelLimits, findLinking, traitsOf } from '../channels/registry.ts';
import { findUntried } from '../services/delivery/workflow.ts';

/** OWASP Password Storage Cheat Sheet and ASVS 5.0 appendix C: argon2id, 19 MiB with two passes. */
const FLOOR = { memoryKib: 19_456, timeCost: 2 };

type Start = {
  readonly apiKey: string;
  /** The file with the key, if it is not from the environment. */
  readonly keyFile?: string;
  readonly isKeyNew?: boolean;
  readonly argon2: string;
  /** Whether the notice goes to a terminal; anything else may store it for a long time. */
  readonly isTerminal: boolean;
};

/** What the operator sees at the start: warnings about weak settings, and how to begin. */
export function describeStart(
  config: Config,
  start: Start,
): { warnings: string[]; notice: string[] } {
  const { http } = config;
  const channels = config.channels.enabled.map(({ name }) => name);
  const address = `http://${http.host.includes(':') ? `[${http.host}]` : http.host}:${http.port}`;
  const notice = [
    `Waverify is listening on ${address}`,
    `  console         ${address}/ (sign in with the API key)`,
    `  API reference   ${address}/api/docs (any user name; the password is the API key)`,
  ];
  if (http.demo !== 'off') {
    const forWhom = http.demo === 'public' ? 'open to everyone' : 'from this machine only';
    notice.push(`  demo            ${address}/demo (${forWhom})`);
  }
  notice.push(`  channels        ${channels.join(', then ')}`);
  if (!start.isTerminal) {
    notice.push(...channels.flatMap((name) => findLinking(name) ?? []).map((hint) => `  ${hint}`));
  }
  notice.push(`  API key         ${describeKey(start)}`);
  return { warnings: findWeaknesses(config, start.argon2), notice };
}

/** A new key is shown once, and only on a terminal. */
function describeKey({ apiKey, keyFile, isKeyNew, isTerminal }: Start): string {
  if (keyFile === undefined) return 'from API_KEY';
  return isKeyNew && isTerminal ? `${apiKey} (stored in ${keyFile})` : `in ${keyFile}`;
}

function findWeaknesses(config: Config, argon2: string): string[] {
  return [
    ...listDisabledLimits(config).map((name) => `${name} is 0: this limit is disabled`),
    ...findWeakSettings(config, argon2),
  ];
}

/** Lists the variables of limits that are set to 0. */
export function listDisabledLimits({ limits, otp, channels }: Config): string[] {
  const own = Object.entries({ ...limits, resendSeconds: otp.resendSeconds }).map(
    ([name, max]) => [toVariable(name), max] as const,
  );
  const values: Readonly<Record<string, unknown>> = channels.values;
  const ofChannels = channelLimits.map((name) => [name, values[name]] as const);
  return [...own, ...ofChannels].filter(([, max]) => max === 0).map(([name]) => name);
}

/** Finds settings other than limits that are weaker than their defaults. */
export function findWeakSettings(
  { hashing, channels, pumpingGuard }: Config,
  argon2: string,
): string[] {
  const warnings: string[] = [];
  if (hashing.memoryKib < FLOOR.memoryKib || hashing.timeCost < FLOOR.timeCost) {
    warnings.push(
      'OTP_HASH_MEMORY_KIB or OTP_HASH_TIME_COST is below the OWASP minimum. If the database is stolen, SECRET_KEY protects live codes, as it does at any cost: keep it apart from the database',
    );
  }
  const untried = findUntried(channels.enabled.map(({ name }) => ({ name, ...traitsOf(name) })));
  if (untried.length > 0) {
    warnings.push(
      `OTP_CHANNELS has more channels than are tried by default for a phone number. For one, these are only used if a request or the workflow of an account names them: ${untried.join(', ')}`,
    );
  }
  if (pumpingGuard === 'off')
    warnings.push('PUMPING_GUARD is off: traffic pumping is not detected');
  if (argon2 === 'argon2') {
    warnings.push(
      'the optional package @node-rs/argon2 could not be loaded: hashing takes twice as long',
    );
  }
  return warnings;
}

/** The variable that sets a limit. */
function toVariable(name: string): string {
  if (name === 'resendSeconds') return 'OTP_RESEND_SECONDS';
  return `LIMIT_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}
