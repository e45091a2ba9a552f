import { type Context, Hono } from 'hono';
import { isAllowed } from '../../../domain/access/permissions.ts';
import { toTwilioChannel } from '../../../domain/compat/twilio-channel.ts';
import { readVerificationSid } from '../../../domain/compat/twilio-sids.ts';
import { AppError } from '../../../domain/errors.ts';
import { invalidField } from '../../../domain/refusal.ts';
import type { Verification } from '../../../domain/verification/verification.ts';
import { readAddress, toClientAddress } from '../../../lib/network.ts';
import {
  checkServiceCode,
  getServiceVerification,
  noSuchVerification,
  type ServiceTarget,
} from '../../../services/verification/twilio/check-service-code.ts';
import type {
  TwilioContext,
  VerifyService,
} from '../../../services/verification/twilio/context.ts';
import { endServiceVerification } from '../../../services/verification/twilio/end-service-verification.ts';
import { getService } from '../../../services/verification/twilio/manage-services.ts';
import { listAttemptsOf } from '../../../services/verification/twilio/read-attempts.ts';
import { TTL_SECONDS } from '../../../services/verification/twilio/service-policy.ts';
import { startServiceVerification } from '../../../services/verification/twilio/start-service-verification.ts';
import type { ReadBaseUrl } from '../../api/base-url.ts';
import {
  type ReadCompanyName,
  type ReadRecipient,
  readNumberOrEmail,
  withClientIp,
} from '../../api/verification/parse-verification.ts';
import type { HttpEnv } from '../../http-env.ts';
import { CheckFields, EndingFields, VerificationFields } from './format/fields.ts';
import { naming, readBody } from './format/read-form.ts';
import { TwilioError, twilioFaults } from './format/twilio-error.ts';
import { presentCheck, presentVerification, toStatus } from './present-verification.ts';

type Dependencies = {
  readonly twilio: TwilioContext;
  readonly readRecipient: ReadRecipient;
  readonly readCompanyName: ReadCompanyName;
  readonly readBaseUrl: ReadBaseUrl;
};

const WRONG_CODE = { code: 'otp_invalid', retryAfter: undefined, attemptsLeft: undefined };

type OfService = Context<HttpEnv, '/:service'>;
type OfVerification = Context<HttpEnv, '/:service/:sid'>;

/** Sends and checks codes, as `/v2/Services/{sid}/Verifications` and `VerificationCheck` of Twilio do. */
export function verificationRoutes(dependencies: Dependencies): Hono<HttpEnv> {
  const { twilio, readCompanyName } = dependencies;
  const { now } = twilio.verification;
  const { serviceOf, readTo, readTarget, present } = createReaders(dependencies);
  const router = new Hono<HttpEnv>();

  router.post('/:service/Verifications', async (c) => {
    const service = await serviceOf(c);
    const fields = await readBody(c, VerificationFields);
    const caller = withDeviceIp(c, fields.DeviceIp);
    const name = fields.CustomFriendlyName ?? service.friendlyName;
    const started = await startServiceVerification(twilio, caller, service, {
      recipient: await readTo(fields.To),
      channel: fields.Channel.toLowerCase(),
      companyName: await naming('CustomFriendlyName', () => readCompanyName(caller, name)),
      locale: fields.Locale,
      rateLimits: fields.RateLimits ?? {},
    });
    if ('unavailable' in started) {
      const message = `Delivery channel disabled: ${started.unavailable}`;
      throw new TwilioError(twilioFaults.channelUnavailable, message);
    }
    const createdAt = new Date(started.expiresAt.getTime() - TTL_SECONDS * 1000);
    const shown = {
      ...{ verificationId: started.verificationId, to: started.phoneNumber },
      ...{ channel: fields.Channel.toLowerCase(), status: 'pending', createdAt, updatedAt: now() },
    };
    return c.json(await present(c, service, shown), 201);
  });

  router.get('/:service/Verifications/:sid', async (c: OfVerification) => {
    const service = await serviceOf(c);
    const target = await readTarget(c.req.param('sid'));
    const found = await getServiceVerification(twilio, c.get('caller'), service, target);
    const updatedAt = found.verifiedAt ?? found.createdAt;
    return c.json(await present(c, service, toShown(found, toStatus(found), updatedAt)), 200);
  });

  router.post('/:service/Verifications/:sid', async (c: OfVerification) => {
    const service = await serviceOf(c);
    const { Status: ending } = await readBody(c, EndingFields);
    const caller = c.get('caller');
    if (!isAllowed(caller, [ending === 'approved' ? 'otp:verify' : 'otp:send'])) {
      throw new AppError('forbidden', `This API key may not set a verification to ${ending}`);
    }
    const target = await readTarget(c.req.param('sid'));
    const ended = await endServiceVerification(twilio, caller, service, { target, ending });
    return c.json(await present(c, service, toShown(ended, ending, now())), 200);
  });

  router.post('/:service/VerificationCheck', async (c) => {
    const service = await serviceOf(c);
    const fields = await readBody(c, CheckFields);
    const caller = withDeviceIp(c, fields.DeviceIp);
    const target = await readTarget(fields.VerificationSid ?? fields.To ?? '');
    const { isApproved, verification } = await checkServiceCode(twilio, caller, service, {
      ...{ target, code: fields.Code },
    });
    const status = isApproved ? 'approved' : 'pending';
    // The status is 200, but guessing is slowed down as on other routes.
    if (!isApproved) c.set('problem', WRONG_CODE);
    return c.json(presentCheck(service, toShown(verification, status, now())), 200);
  });

  return router;
}

/** What the routes have in common: how they read what a request names, and how they show a verification. */
function createReaders({ twilio, readRecipient, readBaseUrl }: Dependencies) {
  const serviceOf = (c: OfService) => getService(twilio, c.get('caller'), c.req.param('service'));

  const readTo = (text: string) => naming('To', () => readNumberOrEmail(text, readRecipient));

  /** A verification by its SID, or the pending one of a recipient. */
  async function readTarget(text: string): Promise<ServiceTarget> {
    if (!text.startsWith('VE')) return { phoneNumber: (await readTo(text)).phoneNumber };
    const verificationId = readVerificationSid(text);
    if (verificationId === undefined) throw noSuchVerification();
    return { verificationId };
  }

  async function present(c: OfService, service: VerifyService, shown: ShownFields) {
    const { verificationId } = shown;
    const attempts = await listAttemptsOf(twilio, c.get('caller'), verificationId);
    const serviceUrl = `${readBaseUrl(c)}/v2/Services/${service.sid}`;
    const times = [shown.updatedAt, ...attempts.map((one) => one.updatedAt)];
    const updatedAt = new Date(Math.max(...times.map((time) => time.getTime())));
    return presentVerification(service, { ...shown, updatedAt }, { attempts, serviceUrl });
  }

  return { serviceOf, readTo, readTarget, present };
}

type ShownFields = Parameters<typeof presentVerification>[1];

function toShown(verification: Verification, status: string, updatedAt: Date): ShownFields {
  const { verificationId, phoneNumber: to, channel, createdAt } = verification;
  return { verificationId, to, channel: toTwilioChannel(channel), status, createdAt, updatedAt };
}

/** The caller with the address of the end user, if the request has it. */
function withDeviceIp(c: Context<HttpEnv>, text: string | undefined) {
  if (text === undefined || text === '') return c.get('caller');
  const address = toClientAddress(readAddress(text) ?? '');
  if (address === undefined) {
    throw invalidField('DeviceIp', 'must be an IPv4 or IPv6 address', 'invalid_format');
  }
  return withClientIp(c.get('caller'), address);
}
