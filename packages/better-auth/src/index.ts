import { type ErrorCode, readError, type Waverify, WaverifyError } from '@waverify/client';
import { APIError } from 'better-auth/api';

type Options = {
  /** The name in the message. Default: that of the account. */
  readonly companyName?: string | undefined;
  /** The language of the message. Default: that of the number's region. */
  readonly locale?: string | undefined;
  /** The purpose of codes to log in with. Default: `login`. */
  readonly purpose?: string | undefined;
  /** The purpose of codes to reset a password with. Default: `password-reset`. */
  readonly resetPurpose?: string | undefined;
  /** Returns the address of the user, for the limits per address. */
  readonly readClientIp?: ((ctx: EndpointContext) => string | undefined) | undefined;
};

/** What is used of the context of better-auth. */
type EndpointContext =
  | { readonly path?: string; readonly request?: Request | undefined }
  | undefined;

type Code = { readonly phoneNumber: string; readonly code: string };

const RESET_PATH = '/phone-number/reset-password';

/**
 * Options for `phoneNumber()` of better-auth: Waverify creates, sends and checks the codes. Refusals reach the client of
 * better-auth as 400 or 429, with the code of Waverify; if Waverify cannot be reached, as 503.
 */
export function waverifyPhoneNumber(waverify: Waverify, options: Options = {}) {
  const { companyName, locale, purpose = 'login', resetPurpose = 'password-reset' } = options;

  async function send(phoneNumber: string, purpose: string, ctx: EndpointContext): Promise<void> {
    const clientIp = options.readClientIp?.(ctx);
    await waverify
      .sendCode({
        ...{ phoneNumber, purpose },
        ...(companyName !== undefined && { companyName }),
        ...(locale !== undefined && { locale }),
        ...(clientIp !== undefined && { clientIp }),
      })
      .catch(throwApiError);
  }

  return {
    sendOTP: ({ phoneNumber }: Code, ctx?: EndpointContext) => send(phoneNumber, purpose, ctx),

    sendPasswordResetOTP: ({ phoneNumber }: Code, ctx?: EndpointContext) =>
      send(phoneNumber, resetPurpose, ctx),

    async verifyOTP({ phoneNumber, code }: Code, ctx?: EndpointContext): Promise<boolean> {
      const clientIp = options.readClientIp?.(ctx);
      try {
        await waverify.checkCode({
          ...{ phoneNumber, otp: code, purpose: ctx?.path === RESET_PATH ? resetPurpose : purpose },
          ...(clientIp !== undefined && { clientIp }),
        });
        return true;
      } catch (error) {
        if (error instanceof WaverifyError && error.code === 'otp_invalid') return false;
        return throwApiError(error);
      }
    },
  };
}

type Hook = {
  /** The address of a hook of the dialect `generic`. */
  readonly url: string;
  /** Its secret. */
  readonly secret: string;
};

type EmailCode = { readonly email: string; readonly otp: string; readonly type: string };

/**
 * Options for `emailOTP()` of better-auth, which creates and checks the codes itself: Waverify delivers them, through a hook
 * and the channel `email`. Refusals reach the client of better-auth as for `waverifyPhoneNumber`.
 */
export function waverifyEmailOTP({ url, secret }: Hook) {
  return {
    async sendVerificationOTP({ email, otp, type }: EmailCode): Promise<void> {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${secret}`,
          'content-type': 'application/json',
          // A code that is sent again on purpose is a new event.
          'idempotency-key': crypto.randomUUID(),
        },
        body: JSON.stringify({ to: email, code: otp, purpose: type }),
        signal: AbortSignal.timeout(HOOK_MS),
      }).catch((cause: unknown) => {
        const message = 'The hook of Waverify cannot be reached';
        return throwApiError(new WaverifyError('connection_failed', message, { cause }));
      });
      if (!response.ok) throwApiError(await readError(response));
    },
  };
}

/** Waverify answers within three seconds. */
const HOOK_MS = 10_000;

/** What a user, or the program of the user, has done wrong. Other failures are the operator's. */
const OF_THE_USER: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'invalid_phone',
  'validation_failed',
  'recipient_unreachable',
  'region_not_allowed',
]);

/** @throws {APIError} always, in the words and with the status that better-auth passes on. */
function throwApiError(error: unknown): never {
  if (!(error instanceof WaverifyError)) throw error;
  const { code, message, status, retryAfterSeconds } = error;
  const headers = retryAfterSeconds === undefined ? {} : { 'Retry-After': `${retryAfterSeconds}` };
  if (status === 429) throw new APIError('TOO_MANY_REQUESTS', { code, message }, headers);
  if (OF_THE_USER.has(code)) throw new APIError('BAD_REQUEST', { code, message });
  throw new APIError(
    'SERVICE_UNAVAILABLE',
    { code, message: 'The code could not be sent' },
    headers,
  );
}
