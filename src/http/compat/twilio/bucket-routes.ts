import { type Context, Hono } from 'hono';
import { toAccountSid } from '../../../domain/compat/twilio-sids.ts';
import type { TwilioContext } from '../../../services/verification/twilio/context.ts';
import {
  createBucket,
  getBucket,
  getRateLimit,
  listBuckets,
  removeBucket,
  type StoredBucket,
  type StoredRateLimit,
  updateBucket,
} from '../../../services/verification/twilio/manage-rate-limits.ts';
import { getService } from '../../../services/verification/twilio/manage-services.ts';
import type { ReadBaseUrl } from '../../api/base-url.ts';
import type { HttpEnv } from '../../http-env.ts';
import { sendPageOf, toTime } from './format/answers.ts';
import { BucketFields, NewBucketFields, PageQuery } from './format/fields.ts';
import { readBody, readQuery } from './format/read-form.ts';
import { TwilioError, twilioFaults } from './format/twilio-error.ts';
import { urlOf } from './rate-limit-routes.ts';

type Dependencies = { readonly twilio: TwilioContext; readonly readBaseUrl: ReadBaseUrl };

type OfRateLimit = Context<HttpEnv, '/:service/:rateLimit'>;

/** The buckets of a rate limit, as `/v2/Services/{sid}/RateLimits/{sid}/Buckets` of Twilio. */
export function bucketRoutes({ twilio, readBaseUrl }: Dependencies): Hono<HttpEnv> {
  const router = new Hono<HttpEnv>();
  const limitOf = async (c: OfRateLimit) => {
    const { service, rateLimit } = c.req.param();
    const { sid } = await getService(twilio, c.get('caller'), service);
    return getRateLimit(twilio, sid, rateLimit);
  };

  router.get('/:service/RateLimits/:rateLimit/Buckets', async (c) => {
    const page = readQuery(c, PageQuery);
    const limit = await limitOf(c);
    const baseUrl = readBaseUrl(c);
    const all = await listBuckets(twilio, limit);
    const present = (bucket: StoredBucket) => presentBucket(bucket, limit, baseUrl);
    return sendPageOf(c, baseUrl, { key: 'buckets', all, page, present });
  });

  router.post('/:service/RateLimits/:rateLimit/Buckets', async (c) => {
    const limit = await limitOf(c);
    const { Max: most, Interval: intervalSeconds } = await readBody(c, NewBucketFields);
    const made = await createBucket(twilio, c.get('caller'), limit, { most, intervalSeconds });
    if (made === 'full') {
      throw new TwilioError(twilioFaults.tooManyBuckets, 'Max buckets per rate limit reached');
    }
    return c.json(presentBucket(assertOnly(made), limit, readBaseUrl(c)), 201);
  });

  router.get('/:service/RateLimits/:rateLimit/Buckets/:bucket', async (c) => {
    const limit = await limitOf(c);
    const bucket = await getBucket(twilio, limit.sid, c.req.param('bucket'));
    return c.json(presentBucket(bucket, limit, readBaseUrl(c)));
  });

  router.post('/:service/RateLimits/:rateLimit/Buckets/:bucket', async (c) => {
    const limit = await limitOf(c);
    const { Max, Interval } = await readBody(c, BucketFields);
    const { sid, most, intervalSeconds } = await getBucket(
      twilio,
      limit.sid,
      c.req.param('bucket'),
    );
    const span = { most: Max ?? most, intervalSeconds: Interval ?? intervalSeconds };
    const changed = await updateBucket(twilio, c.get('caller'), limit, { sid, ...span });
    return c.json(presentBucket(assertOnly(changed), limit, readBaseUrl(c)));
  });

  router.delete('/:service/RateLimits/:rateLimit/Buckets/:bucket', async (c) => {
    await removeBucket(twilio, c.get('caller'), await limitOf(c), c.req.param('bucket'));
    return c.body(null, 204);
  });

  return router;
}

/** @throws {TwilioError} if another bucket has the same interval. */
function assertOnly(made: StoredBucket | 'exists' | 'full'): StoredBucket {
  if (typeof made === 'object') return made;
  throw new TwilioError(twilioFaults.bucketExists, 'A bucket with this interval already exists');
}

function presentBucket(bucket: StoredBucket, limit: StoredRateLimit, baseUrl: string) {
  const { sid, rateLimitSid, accountId, most, intervalSeconds, createdAt, updatedAt } = bucket;
  return {
    ...{ sid, rate_limit_sid: rateLimitSid, service_sid: limit.serviceSid },
    ...{ account_sid: toAccountSid(accountId), max: most, interval: intervalSeconds },
    ...{ date_created: toTime(createdAt), date_updated: toTime(updatedAt) },
    url: `${urlOf(limit, baseUrl)}/Buckets/${sid}`,
  };
}
