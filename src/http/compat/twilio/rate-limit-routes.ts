import { type Context, Hono } from 'hono';
import { toAccountSid } from '../../../domain/compat/twilio-sids.ts';
import type { TwilioContext } from '../../../services/verification/twilio/context.ts';
import {
  createRateLimit,
  describeRateLimit,
  getRateLimit,
  listRateLimits,
  removeRateLimit,
  type StoredRateLimit,
} from '../../../services/verification/twilio/manage-rate-limits.ts';
import { getService } from '../../../services/verification/twilio/manage-services.ts';
import type { ReadBaseUrl } from '../../api/base-url.ts';
import type { HttpEnv } from '../../http-env.ts';
import { sendPageOf, toTime } from './format/answers.ts';
import { NewRateLimitFields, PageQuery, RateLimitFields } from './format/fields.ts';
import { readBody, readQuery } from './format/read-form.ts';
import { TwilioError, twilioFaults } from './format/twilio-error.ts';

type Dependencies = { readonly twilio: TwilioContext; readonly readBaseUrl: ReadBaseUrl };

type OfService = Context<HttpEnv, '/:service'>;
type OfRateLimit = Context<HttpEnv, '/:service/:rateLimit'>;

/** The rate limits of a service, as `/v2/Services/{sid}/RateLimits` of Twilio. */
export function rateLimitRoutes({ twilio, readBaseUrl }: Dependencies): Hono<HttpEnv> {
  const router = new Hono<HttpEnv>();
  const serviceOf = (c: OfService) => getService(twilio, c.get('caller'), c.req.param('service'));
  const limitOf = async (c: OfRateLimit) =>
    getRateLimit(twilio, (await serviceOf(c)).sid, c.req.param('rateLimit'));

  router.get('/:service/RateLimits', async (c) => {
    const page = readQuery(c, PageQuery);
    const all = await listRateLimits(twilio, await serviceOf(c));
    const baseUrl = readBaseUrl(c);
    const present = (limit: StoredRateLimit) => presentLimit(limit, baseUrl);
    return sendPageOf(c, baseUrl, { key: 'rate_limits', all, page, present });
  });

  router.post('/:service/RateLimits', async (c) => {
    const service = await serviceOf(c);
    const { UniqueName: uniqueName, Description } = await readBody(c, NewRateLimitFields);
    const draft = { uniqueName, description: Description };
    const made = await createRateLimit(twilio, c.get('caller'), service, draft);
    if (made === 'full') {
      throw new TwilioError(twilioFaults.tooManyRateLimits, 'Max rate limits per service reached');
    }
    if (made === 'exists') {
      throw new TwilioError(twilioFaults.rateLimitExists, `${uniqueName} already exists`);
    }
    return c.json(presentLimit(made, readBaseUrl(c)), 201);
  });

  router.get('/:service/RateLimits/:rateLimit', async (c) =>
    c.json(presentLimit(await limitOf(c), readBaseUrl(c))),
  );

  router.post('/:service/RateLimits/:rateLimit', async (c) => {
    const limit = await limitOf(c);
    const { Description = '' } = await readBody(c, RateLimitFields);
    const changed = await describeRateLimit(twilio, c.get('caller'), limit, Description);
    return c.json(presentLimit(changed, readBaseUrl(c)));
  });

  router.delete('/:service/RateLimits/:rateLimit', async (c) => {
    await removeRateLimit(twilio, c.get('caller'), await limitOf(c));
    return c.body(null, 204);
  });

  return router;
}

function presentLimit(limit: StoredRateLimit, baseUrl: string) {
  const { sid, serviceSid, accountId, uniqueName, description, createdAt, updatedAt } = limit;
  const url = urlOf(limit, baseUrl);
  return {
    ...{ sid, service_sid: serviceSid, account_sid: toAccountSid(accountId) },
    ...{ unique_name: uniqueName, description: description ?? null },
    ...{ date_created: toTime(createdAt), date_updated: toTime(updatedAt) },
    url,
    links: { buckets: `${url}/Buckets` },
  };
}

/** The address of a rate limit. */
export function urlOf({ serviceSid, sid }: StoredRateLimit, baseUrl: string): string {
  return `${baseUrl}/v2/Services/${serviceSid}/RateLimits/${sid}`;
}
