import type { Config } from '../../../config/config.ts';
import type { Limit } from '../../domain/limit.ts';

/** More than anybody can guess in a window. */
const NO_REFUSAL = 1_000_000_000;

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** WhatsApp takes many codes for one number amiss; a person who links a phone needs one or two. */
const PAIRING_CODES = 3;

export type Limits = ReturnType<typeof createLimits>;

/** The limits of this installation, by what they count. */
export function createLimits({ limits, otp }: Pick<Config, 'limits' | 'otp'>) {
  return {
    cooldown: limit('otp-send-cooldown', otp.resendSeconds > 0 ? 1 : 0, otp.resendSeconds),
    sendsPerPhoneHour: limit('otp-send-phone-hour', limits.sendsPerPhoneHour, HOUR),
    sendsPerPhoneDay: limit('otp-send-phone-day', limits.sendsPerPhoneDay, DAY),
    sendsPerPhoneDayAllAccounts: {
      ...limit('otp-send-phone-day-all', limits.sendsPerPhoneDayAllAccounts, DAY),
      isShared: true,
    },
    sendsPerPrefixHour: limit('otp-send-prefix-hour', limits.sendsPerPrefixHour, HOUR),
    failuresPerPhoneHour: limit('otp-fail-phone-hour', limits.failuresPerPhoneHour, HOUR),
    failuresPerPhoneDay: limit('otp-fail-phone-day', limits.failuresPerPhoneDay, DAY),
    // NIST SP 800-63B-4 3.2.2: at most 100 failures in a row, then disabled until it is re-enabled.
    failuresInARow: limit('otp-fail-row', limits.failuresInARow, undefined),
    failuresPerIpHour: limit('otp-fail-ip-hour', limits.failuresPerIpHour, HOUR),
    // Bounds who tries one passcode on many numbers, where the limits per number see nothing.
    failuresPerKeyHour: limit('otp-fail-key-hour', limits.failuresPerKeyHour, HOUR),
    statusPerPhoneMinute: limit('otp-status-phone-minute', limits.statusPerPhoneMinute, MINUTE),
    // Nobody is known yet who could have limits of an account: these two are counted over all of them.
    loginsPerIpMinute: {
      ...limit('auth-login-ip-minute', limits.loginsPerIpMinute, MINUTE),
      isShared: true,
    },
    loginFailuresPerUserHour: {
      ...limit('auth-fail-user-hour', limits.loginFailuresPerUserHour, HOUR),
      isShared: true,
    },
    pairingCodesPerSessionHour: limit('pairing-code-session-hour', PAIRING_CODES, HOUR),
    // Refuses nobody: it tells how many attempts are left, alike whether or not there is a challenge.
    guesses: limit('otp-guesses', NO_REFUSAL, otp.ttlSeconds),
    loginFailuresPerUserDay: {
      ...limit('auth-fail-user-day', limits.loginFailuresPerUserDay, DAY),
      isShared: true,
    },
    // One customer may be given 256 networks of 64 bits, or 65,536.
    loginsPer56Minute: {
      ...limit('auth-login-56-minute', 4 * limits.loginsPerIpMinute, MINUTE),
      isShared: true,
    },
    loginsPer48Minute: {
      ...limit('auth-login-48-minute', 8 * limits.loginsPerIpMinute, MINUTE),
      isShared: true,
    },
    loginsFromNewNetworksMinute: {
      ...limit('auth-login-new-minute', limits.loginsFromNewNetworksMinute, MINUTE),
      isShared: true,
    },
  };
}

function limit(name: string, max: number, windowSeconds: number | undefined): Limit {
  return { name, max, windowSeconds };
}
