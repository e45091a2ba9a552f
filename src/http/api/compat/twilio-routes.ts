import { z } from '@hono/zod-openapi';
import { toAccountSid, toKeySid } from '../../../domain/compat/twilio-sids.ts';
import type { TwilioContext } from '../../../services/verification/twilio/context.ts';
import {
  DEFAULT_NAME,
  listServices,
} from '../../../services/verification/twilio/manage-services.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { type BaseUrlParts, createReadBaseUrl } from '../base-url.ts';
import { answer, success } from '../schemas/envelope.ts';

type Dependencies = BaseUrlParts & {
  readonly twilio: TwilioContext;
};

const Service = z
  .object({
    sid: z.string().describe('The SID of the service'),
    friendlyName: z.string().describe('Its name'),
    codeLength: z.int().describe('How many digits its codes have'),
    purpose: z.string().describe('The purpose of its codes in logs, restrictions and webhooks'),
  })
  .openapi('TwilioService', { description: 'A verify service of the account.' });

const TwilioSettings = z
  .object({
    accountSid: z.string().describe('The account SID: the user name of requests'),
    apiKeySid: z.string().describe('The SID of the key, or login, of this request'),
    baseUrl: z.string().describe('The address that replaces `https://verify.twilio.com`'),
    services: z.array(Service).describe('The services of the account, the default one first'),
  })
  .openapi('TwilioSettings', {
    description: 'What an application that uses Twilio Verify needs to use this service instead.',
  });

/** What to enter in an application that uses Twilio Verify. The routes for it are in http/compat/twilio. */
export function twilioSettingsRoutes(dependencies: Dependencies) {
  const { twilio } = dependencies;
  const router = createRouter();
  const readBaseUrl = createReadBaseUrl(dependencies);

  const settingsRoute = operation({
    method: 'get',
    path: '/twilio',
    operationId: 'getTwilioSettings',
    tag: 'Verification',
    summary: 'Get the settings for Twilio Verify clients',
    description:
      'An application that uses Twilio Verify can use this service instead: it needs these SIDs, an API key in place of the auth token, and the base URL. Its requests go to `/v2`, which answers as Twilio does.',
    answers: { 200: answer(TwilioSettings, 'The SIDs and the base URL') },
  });
  router.openapi(settingsRoute, async (c) => {
    const caller = c.get('caller');
    const services = await listServices(twilio, caller);
    const data = {
      accountSid: toAccountSid(caller.accountId),
      apiKeySid: toKeySid(caller.accountId, caller.principal),
      baseUrl: readBaseUrl(c),
      services: services.map(({ sid, friendlyName, codeLength, purpose }) => ({
        ...{ sid, friendlyName: friendlyName ?? DEFAULT_NAME, codeLength, purpose },
      })),
    };
    return c.json(success('Settings for Twilio Verify clients', data), 200);
  });

  return router;
}
