import { Hono } from 'hono';
import { toAccountSid } from '../../../domain/compat/twilio-sids.ts';
import type {
  TwilioContext,
  VerifyService,
} from '../../../services/verification/twilio/context.ts';
import {
  createService,
  DEFAULT_NAME,
  getService,
  listServices,
  removeService,
  updateService,
} from '../../../services/verification/twilio/manage-services.ts';
import type { ReadBaseUrl } from '../../api/base-url.ts';
import type { ReadCompanyName } from '../../api/verification/parse-verification.ts';
import type { HttpEnv } from '../../http-env.ts';
import { sendPageOf, toTime } from './format/answers.ts';
import { NewServiceFields, PageQuery, ServiceFields } from './format/fields.ts';
import { naming, readBody, readQuery } from './format/read-form.ts';

type Dependencies = {
  readonly twilio: TwilioContext;
  readonly readCompanyName: ReadCompanyName;
  readonly readBaseUrl: ReadBaseUrl;
};

/** The services of an account, as `/v2/Services` of Twilio. */
export function serviceRoutes(dependencies: Dependencies): Hono<HttpEnv> {
  const { twilio, readCompanyName, readBaseUrl } = dependencies;
  const router = new Hono<HttpEnv>();

  router.get('/', async (c) => {
    const page = readQuery(c, PageQuery);
    const all = await listServices(twilio, c.get('caller'));
    const baseUrl = readBaseUrl(c);
    const shown = (service: VerifyService) => present(service, baseUrl);
    return sendPageOf(c, baseUrl, { key: 'services', all, page, present: shown });
  });

  router.post('/', async (c) => {
    const { FriendlyName, CodeLength, Channels } = await readBody(c, NewServiceFields);
    const caller = c.get('caller');
    // It is the sender's name in messages.
    await naming('FriendlyName', () => readCompanyName(caller, FriendlyName));
    const draft = { friendlyName: FriendlyName, codeLength: CodeLength, channels: Channels };
    const service = await createService(twilio, caller, draft);
    return c.json(present(service, readBaseUrl(c)), 201);
  });

  router.get('/:service', async (c) => {
    const service = await getService(twilio, c.get('caller'), c.req.param('service'));
    return c.json(present(service, readBaseUrl(c)));
  });

  router.post('/:service', async (c) => {
    const { FriendlyName, CodeLength, Channels } = await readBody(c, ServiceFields);
    const caller = c.get('caller');
    await naming('FriendlyName', () => readCompanyName(caller, FriendlyName));
    const service = await updateService(twilio, caller, c.req.param('service'), {
      friendlyName: FriendlyName,
      codeLength: CodeLength,
      // An empty list means the workflow of the account again.
      channels: Channels?.length === 0 ? null : Channels,
    });
    return c.json(present(service, readBaseUrl(c)));
  });

  router.delete('/:service', async (c) => {
    await removeService(twilio, c.get('caller'), c.req.param('service'));
    return c.body(null, 204);
  });

  return router;
}

/** What Twilio shows of a service. What does not exist here is off. `channels` is ours. */
function present(service: VerifyService, baseUrl: string) {
  const { sid, accountId, friendlyName, codeLength, channels, createdAt, updatedAt } = service;
  const url = `${baseUrl}/v2/Services/${sid}`;
  return {
    sid,
    account_sid: toAccountSid(accountId),
    friendly_name: friendlyName ?? DEFAULT_NAME,
    code_length: codeLength,
    lookup_enabled: false,
    psd2_enabled: false,
    skip_sms_to_landlines: false,
    dtmf_input_required: false,
    tts_name: null,
    do_not_share_warning_enabled: false,
    custom_code_enabled: false,
    push: null,
    totp: null,
    default_template_sid: null,
    whatsapp: null,
    passkeys: null,
    verify_event_subscription_enabled: false,
    channels: channels ?? null,
    date_created: toTime(createdAt),
    date_updated: toTime(updatedAt),
    url,
    links: {
      verifications: `${url}/Verifications`,
      verification_checks: `${url}/VerificationCheck`,
      rate_limits: `${url}/RateLimits`,
    },
  };
}
