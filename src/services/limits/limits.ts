import type { Config } from '../../../config/config.ts';
import type { Limit } from '../../domain/rate-limit.ts';

/** High enough never to refuse. */
const NO_REFUSAL = 1_000_000_000;

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** WhatsApp may block a number that requests many codes. Linking a phone takes one or two. */
const PAIRING_CODES = 3;

/** WhatsApp restricts numbers that post much to many: conservative, since it names no figure. */
const STATUS_POSTS = 10;
const STATUS_SPACING_MINUTES = 10;

/** Sends per day to a number that an account has to itself, whatever other accounts send there. */
const OWN_SENDS = 3;

/** A token is filled in by WhatsApp, so that no one mistypes it. */
const WRONG_TOKENS = 10;

/** How many times the code of a verify service is sent again, as Twilio Verify does, and the longest life of a code. */
const RESENDS = 4;
const CODE_LIFE = 600;

/** How much more a verify service sends to a number: it has no cooldown, and its callers expect five sends of each code. */
const SERVICE_SHARE = 4;

/** A signature is valid for five minutes before and after its time. */
const SIGNATURE_LIFE = 600;

/** Sends that a held prefix still gets, so that verified codes can end the suspicion. */
const HELD_PREFIX_SENDS = 6;

export type Limits = ReturnType<typeof createLimits>;

type LimitConfig = Config['limits'];

/** The limits of this installation, by what they count. */
export function createLimits({ limits, otp }: Pick<Config, 'limits' | 'otp'>) {
  return {
    cooldown: limit('otp-send-cooldown', otp.resendSeconds > 0 ? 1 : 0, otp.resendSeconds),
    ...createSendLimits(limits),
    ...createFailureLimits(limits),
    ...createLoginLimits(limits),
    statusPerPhoneMinute: atOnce('otp-status-phone-minute', limits.statusPerPhoneMinute, MINUTE),
    pairingCodesPerSessionHour: atOnce('pairing-code-session-hour', PAIRING_CODES, HOUR),
    statusPostSpacing: limit('status-post-spacing', 1, STATUS_SPACING_MINUTES * MINUTE),
    statusPostsPerSessionDay: limit('status-post-session-day', STATUS_POSTS, DAY),
    wrongTokensPerSenderHour: atOnce('inbound-wrong-sender-hour', WRONG_TOKENS, HOUR),
    callsPerSignature: atOnce('hook-signature', 1, SIGNATURE_LIFE),
    autoRepliesPerPersonDay: atOnce('auto-reply-person-day', 1, DAY),
    // Never refuses. It counts the attempts that are left, in the same way with or without a
    // verification. One attempt comes back in each share of a code's lifetime.
    recentAttempts: {
      ...limit('otp-guesses', NO_REFUSAL + otp.maxAttempts - 1, otp.ttlSeconds),
      burst: NO_REFUSAL,
    },
  };
}

function createSendLimits(limits: LimitConfig) {
  return {
    sendsPerPhoneHour: limit('otp-send-phone-hour', limits.sendsPerPhoneHour, HOUR),
    sendsPerPhoneDay: limit('otp-send-phone-day', limits.sendsPerPhoneDay, DAY),
    sendsPerPhoneDayAllAccounts: {
      ...limit('otp-send-phone-day-all', limits.sendsPerPhoneDayAllAccounts, DAY),
      isShared: true,
    },
    // Instead of the cooldown and these, codes of verify services count on limits of their own.
    serviceSendsPerPhoneHour: limit(
      'otp-send-service-phone-hour',
      SERVICE_SHARE * limits.sendsPerPhoneHour,
      HOUR,
    ),
    serviceSendsPerPhoneDay: limit(
      'otp-send-service-phone-day',
      SERVICE_SHARE * limits.sendsPerPhoneDay,
      DAY,
    ),
    // One comes back in each life of a code, and so none while the code is live.
    resendsPerCode: atOnce('otp-resend-code', RESENDS, RESENDS * CODE_LIFE),
    sendsPerPrefixHour: atOnce('otp-send-prefix-hour', limits.sendsPerPrefixHour, HOUR),
    // Verified sends are refunded: these limits count unwanted sends.
    sendsPerHeldPrefixHour: limit('otp-send-held-prefix-hour', HELD_PREFIX_SENDS, HOUR),
    // No other account can use these up. Half of a limit may be used at once, hence twice the number.
    ownSendsPerPhoneDay: limit('otp-send-phone-day-own', 2 * OWN_SENDS, DAY),
    sendsPerKeyHour: limit('otp-send-key-hour', limits.sendsPerKeyHour, HOUR),
    // Verified sends are refunded.
    sendsPerIpHour: limit('otp-send-ip-hour', limits.sendsPerIpHour, HOUR),
    sendsPerAccountDay: limit('otp-send-account-day', limits.sendsPerAccountDay, DAY),
    sendsPerRegionHour: limit('otp-send-region-hour', limits.sendsPerRegionHour, HOUR),
    sendsInAllHour: {
      ...limit('otp-send-all-hour', limits.sendsInAllHour, HOUR),
      isShared: true,
    },
  };
}

function createFailureLimits(limits: LimitConfig) {
  return {
    failuresPerPhoneHour: {
      ...limit('otp-fail-phone-hour', limits.failuresPerPhoneHour, HOUR),
      isStrict: true,
    },
    failuresPerPhoneDay: {
      ...limit('otp-fail-phone-day', limits.failuresPerPhoneDay, DAY),
      isStrict: true,
    },
    // NIST SP 800-63B-4 3.2.2: at most 100 failures in a row, then disabled until it is re-enabled.
    // Attempts by number and attempts by verificationId are counted separately.
    failuresInARow: limit('otp-fail-row', limits.failuresInARow, undefined),
    failuresInARowById: limit('otp-fail-row-id', limits.failuresInARow, undefined),
    failuresPerIpHour: limit('otp-fail-ip-hour', limits.failuresPerIpHour, HOUR),
    // Limits callers who try one code on many numbers, which the limits per number do not notice.
    failuresPerKeyHour: limit('otp-fail-key-hour', limits.failuresPerKeyHour, HOUR),
  };
}

/** Before a login the account is unknown, so these limits are counted over all accounts. */
function createLoginLimits(limits: LimitConfig) {
  return {
    loginsPerIpMinute: {
      ...atOnce('auth-login-ip-minute', limits.loginsPerIpMinute, MINUTE),
      isShared: true,
    },
    loginFailuresPerUserHour: {
      ...atOnce('auth-fail-user-hour', limits.loginFailuresPerUserHour, HOUR),
      isShared: true,
    },
    loginFailuresPerUserDay: {
      ...atOnce('auth-fail-user-day', limits.loginFailuresPerUserDay, DAY),
      isShared: true,
    },
    // One customer may have 256 networks of 64 bits, or 65,536.
    loginsPer56Minute: {
      ...atOnce('auth-login-56-minute', 4 * limits.loginsPerIpMinute, MINUTE),
      isShared: true,
    },
    loginsPer48Minute: {
      ...atOnce('auth-login-48-minute', 8 * limits.loginsPerIpMinute, MINUTE),
      isShared: true,
    },
    loginsFromNewNetworksMinute: {
      ...atOnce('auth-login-new-minute', limits.loginsFromNewNetworksMinute, MINUTE),
      isShared: true,
    },
  };
}

function limit(name: string, max: number, windowSeconds: number | undefined): Limit {
  return { name, max, windowSeconds };
}

/** A limit that protects no secret, so all of it may be used at once. */
function atOnce(name: string, max: number, windowSeconds: number): Limit {
  return { name, max, windowSeconds, burst: max };
}
