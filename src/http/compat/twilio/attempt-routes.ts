import { type Context, Hono } from 'hono';
import { readVerificationSid } from '../../../domain/compat/twilio-sids.ts';
import type { TwilioContext } from '../../../services/verification/twilio/context.ts';
import {
  type AskedAttempts,
  countAttempts,
  getAttempt,
  listAttempts,
} from '../../../services/verification/twilio/read-attempts.ts';
import type { ReadBaseUrl } from '../../api/base-url.ts';
import type { HttpEnv } from '../../http-env.ts';
import { sendPage } from './format/answers.ts';
import { AttemptQuery, PageQuery } from './format/fields.ts';
import { readQuery } from './format/read-form.ts';
import { presentAttempt } from './present-verification.ts';

type Dependencies = { readonly twilio: TwilioContext; readonly readBaseUrl: ReadBaseUrl };

/** Reads the messages that were sent and how many led to an approval, as `/v2/Attempts` of Twilio does. */
export function attemptRoutes({ twilio, readBaseUrl }: Dependencies): Hono<HttpEnv> {
  const router = new Hono<HttpEnv>();

  router.get('/', async (c) => {
    const page = readQuery(c, PageQuery);
    const { Page, PageSize } = page;
    const wanted = { limit: PageSize, offset: Page * PageSize };
    const caller = c.get('caller');
    const found = await listAttempts(twilio, caller, readAsked(c), wanted);
    const baseUrl = readBaseUrl(c);
    const items = found.slice(0, PageSize).map((one) => presentAttempt(caller, one, baseUrl));
    const hasMore = found.length > PageSize;
    return sendPage(c, baseUrl, { key: 'attempts', items, page, hasMore });
  });

  router.get('/Summary', async (c) => {
    const { total, converted } = await countAttempts(twilio, c.get('caller'), readAsked(c));
    const percentage = total === 0 ? 0 : (100 * converted) / total;
    return c.json({
      total_attempts: total,
      total_converted: converted,
      total_unconverted: total - converted,
      conversion_rate_percentage: percentage.toFixed(9),
      url: `${readBaseUrl(c)}/v2/Attempts/Summary`,
    });
  });

  router.get('/:sid', async (c) => {
    const caller = c.get('caller');
    const attempt = await getAttempt(twilio, caller, c.req.param('sid'));
    return c.json(presentAttempt(caller, attempt, readBaseUrl(c)));
  });

  return router;
}

function readAsked(c: Context<HttpEnv>): AskedAttempts {
  const query = readQuery(c, AttemptQuery);
  const { Status: status, VerificationSid: sid } = query;
  return {
    serviceSid: query.VerifyServiceSid,
    // A text that is not a SID is the ID of no verification.
    verificationId: sid && (readVerificationSid(sid) ?? ''),
    phoneNumber: query['ChannelData.To'],
    region: query.Country,
    channel: query.Channel,
    prefix: query.DestinationPrefix,
    isConverted: status && status === 'converted',
    after: query.DateCreatedAfter,
    before: query.DateCreatedBefore,
  };
}
