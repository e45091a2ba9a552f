import { Hono } from 'hono';
import type { TwilioContext } from '../../../services/verification/twilio/context.ts';
import {
  addSafeNumber,
  getSafeNumber,
  removeSafeNumber,
  type StoredSafeNumber,
} from '../../../services/verification/twilio/manage-safe-numbers.ts';
import type { ReadBaseUrl } from '../../api/base-url.ts';
import type { ReadRecipient } from '../../api/verification/parse-verification.ts';
import type { HttpEnv } from '../../http-env.ts';
import { SafeNumberFields } from './format/fields.ts';
import { naming, readBody } from './format/read-form.ts';

type Dependencies = {
  readonly twilio: TwilioContext;
  readonly readRecipient: ReadRecipient;
  readonly readBaseUrl: ReadBaseUrl;
};

/** Numbers that are not limited by what happens to similar ones, as `/v2/SafeList` of Twilio. */
export function safeListRoutes({ twilio, readRecipient, readBaseUrl }: Dependencies) {
  const router = new Hono<HttpEnv>();
  const readNumber = async (text: string) =>
    (await naming('PhoneNumber', () => readRecipient(text))).phoneNumber;

  router.post('/Numbers', async (c) => {
    const { PhoneNumber } = await readBody(c, SafeNumberFields);
    const added = await addSafeNumber(twilio, c.get('caller'), await readNumber(PhoneNumber));
    return c.json(present(added, readBaseUrl(c)), 201);
  });

  router.get('/Numbers/:number', async (c) => {
    const number = await readNumber(c.req.param('number'));
    return c.json(present(await getSafeNumber(twilio, c.get('caller'), number), readBaseUrl(c)));
  });

  router.delete('/Numbers/:number', async (c) => {
    const number = await readNumber(c.req.param('number'));
    await removeSafeNumber(twilio, c.get('caller'), number);
    return c.body(null, 204);
  });

  return router;
}

function present({ sid, phoneNumber }: StoredSafeNumber, baseUrl: string) {
  const url = `${baseUrl}/v2/SafeList/Numbers/${phoneNumber}`;
  return { sid, phone_number: phoneNumber, url };
}
