import { afterAll, beforeAll, expect, it } from 'vitest';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import { API_KEY } from '../../support/http/client.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import { createTwilioCalls, type TwilioCalls } from '../../support/http/twilio-calls.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';

const FORM = 'application/x-www-form-urlencoded';

/** Paths whose parameters no program of Twilio sends, and the status and code they get. `{service}` is a service. */
const PATHS: readonly (readonly [path: string, outcome: string])[] = [
  ['/v2/Attempts?DateCreatedAfter=-271821-04-20T00:00:00Z', '400 60200'],
  ['/v2/Attempts/Summary?DateCreatedBefore=%2B275760-09-13T00:00:00Z', '400 60200'],
  ['/v2/Attempts?DateCreatedAfter=0000-01-01T00:00:00Z', '400 60200'],
  ['/v2/Attempts?Page=99999999999999999999', '400 60200'],
  ['/v2/Attempts?DestinationPrefix=%25', '400 60200'],
  ['/v2/Attempts/%00', '404 20404'],
  ['/v2/Services/%00', '404 20404'],
  ['/v2/Services/%ZZ', '404 20404'],
  [`/v2/Services/${'A'.repeat(7000)}`, '404 20404'],
  ['/v2/Services/{service}/RateLimits/%00', '404 20404'],
  ['/v2/Services/{service}/Verifications/VE%00', '404 20404'],
  ['/v2/Services/{service}/Verifications/%00', '400 60200'],
  ['/v2/SafeList/Numbers/%00', '400 60200'],
  ['/2010-04-01/Accounts/{account}/Messages/SM%00', '404 20404'],
  ['/2010-04-01/Accounts/{account}/Nothing', '404 20404'],
  ['/2010-04-01', '404 20404'],
];

const FILTERS = ['VerifyServiceSid', 'Country', 'Channel', 'ChannelData.To', 'VerificationSid'];

/** Values of `RateLimits` that are no object of texts, or name a limit that does not exist. */
const VALUES = ['[]', 'null', 'x', '['.repeat(2000), '{"toString":"x"}', '{"other":{"b":1}}'];

onEveryDatabase('bad input under /v2 on %s', (dialect) => {
  const nextNumber = createPhoneNumbers();
  let h: Harness;
  let t: TwilioCalls;
  beforeAll(async () => {
    h = await createHarness({ dialect });
    t = await createTwilioCalls(h, API_KEY);
  });
  afterAll(async () => {
    expect(h.logLines.filter((line) => line.includes('"level":50'))).toEqual([]);
    await h.close();
  });

  async function call(path: string, fields?: Readonly<Record<string, string>>) {
    const placed = path.replace('{service}', t.serviceSid).replace('{account}', t.accountSid);
    const basic = Buffer.from(`${t.accountSid}:${API_KEY}`).toString('base64');
    const answer = await fetch(h.url + placed, {
      method: fields ? 'POST' : 'GET',
      // As a browser does.
      headers: { authorization: `Basic ${basic}`, accept: 'text/html', 'content-type': FORM },
      ...(fields && { body: new URLSearchParams(fields) }),
    });
    const { code } = (await answer.json()) as { readonly code?: number };
    return { outcome: `${answer.status} ${code}`, headers: answer.headers };
  }

  it('is refused in the format of Twilio, whatever the request accepts', async () => {
    for (const [path, outcome] of PATHS) {
      const answer = await call(path);
      expect([path, answer.outcome]).toEqual([path, outcome]);
      expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; frame/);
    }
  });

  it('finds nothing', async () => {
    for (const name of FILTERS) {
      for (const value of ['%00', '%25', 'constructor', 'A'.repeat(7000)]) {
        expect((await call(`/v2/Attempts?${name}=${value}`)).outcome).toBe('200 undefined');
      }
    }
  });

  it('is no value of a rate limit, also if its name is one of JavaScript', async () => {
    for (const uniqueName of ['constructor', 'device']) {
      const { sid } = await t.service.rateLimits.create({ uniqueName });
      await t.service.rateLimits(sid).buckets.create({ max: 3, interval: 60 });
    }
    const send = (RateLimits: string) =>
      call('/v2/Services/{service}/Verifications', {
        To: nextNumber(),
        Channel: 'sms',
        RateLimits,
      });
    for (const value of VALUES) {
      expect([value, (await send(value)).outcome]).toEqual([value, '400 60200']);
    }
    expect((await send('{"device":"x"}')).outcome).toBe('201 undefined');
  });
});
