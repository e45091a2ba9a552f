import { API_KEY } from './client.ts';
import type { Harness } from './harness.ts';

type Call = Readonly<Record<string, unknown>> & { readonly body?: unknown };

type Headers = Readonly<Record<string, string>>;

type Parts = { readonly h: Harness; readonly nextPhoneNumber: () => string };

type Json = Readonly<Record<string, unknown>>;

/** Shows an API key under /v2 and /2010-04-01 as Twilio's libraries do: as the password of the account's SID. */
export function createShowTwilio(accountSidOf: (key: string) => Promise<string>) {
  const known = new Map<string, string>();
  return async (path: string, headers: Headers): Promise<Headers> => {
    const { 'x-api-key': key, ...others } = headers;
    if (!/^[/](v2|2010-04-01)[/]/.test(path) || key === undefined) return headers;
    const sid = known.get(key) ?? (await accountSidOf(key));
    known.set(key, sid);
    const credentials = Buffer.from(`${sid}:${key}`).toString('base64');
    return { ...others, authorization: `Basic ${credentials}` };
  };
}

/** A valid call of each route under /v2 and /2010-04-01, about the default service of the first account. */
export async function createTwilioMakers({ h, nextPhoneNumber }: Parts) {
  const { body } = await h.client.get('/api/compat/twilio');
  const settings = body.data as { accountSid: string; services: { sid: string }[] };
  const service = settings.services[0]?.sid;
  const authorization = `Basic ${Buffer.from(`${settings.accountSid}:${API_KEY}`).toString('base64')}`;

  const post = (path: string, fields: Json) => postTo(`/v2/${path}`, fields);

  async function postTo(path: string, fields: Json): Promise<Json> {
    const answer = await fetch(`${h.url}${path}`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(fields),
    });
    return (await answer.json()) as Json;
  }

  const ofService = `Services/${service}`;
  const start = () => ({ To: nextPhoneNumber(), Channel: 'http' });
  const sendCode = () => post(`${ofService}/Verifications`, start());
  const makeService = async () => {
    await h.database.statements.change('DELETE FROM "verify_services"', []);
    return post('Services', { FriendlyName: 'Role' });
  };
  const makeLimit = async () => {
    for (const table of ['verify_buckets', 'verify_rate_limits']) {
      await h.database.statements.change(`DELETE FROM "${table}"`, []);
    }
    return post(`${ofService}/RateLimits`, { UniqueName: 'role' });
  };
  const makeBucket = async () => {
    const { sid: rateLimit } = await makeLimit();
    const path = `${ofService}/RateLimits/${rateLimit}/Buckets`;
    const { sid: bucket } = await post(path, { Max: 5, Interval: 60 });
    return { service, rateLimit, bucket };
  };
  const makeSafe = async () => {
    const number = nextPhoneNumber();
    await post('SafeList/Numbers', { PhoneNumber: number });
    return { number };
  };

  const account = settings.accountSid;
  const ownText = () => ({ To: nextPhoneNumber(), Body: '482913 is your code' });
  const sendText = () => postTo(`/2010-04-01/Accounts/${account}/Messages.json`, ownText());

  const services = '/v2/Services';
  const one = `${services}/:service`;
  const limit = `${one}/RateLimits/:rateLimit`;
  const withLimit = async () => ({ service, rateLimit: (await makeLimit())['sid'] });
  const makers: Readonly<Record<string, () => Promise<Call>>> = {
    [`POST ${services}`]: async () => ({ body: { FriendlyName: 'Role' } }),
    [`GET ${one}`]: async () => ({ service }),
    [`POST ${one}`]: async () => ({
      service: (await makeService())['sid'],
      body: { CodeLength: 7 },
    }),
    [`DELETE ${one}`]: async () => ({ service: (await makeService())['sid'] }),
    [`POST ${one}/Verifications`]: async () => ({ service, body: start() }),
    [`GET ${one}/Verifications/:sid`]: async () => ({ service, sid: (await sendCode())['sid'] }),
    [`POST ${one}/Verifications/:sid`]: async () => ({
      ...{ service, sid: (await sendCode())['sid'], body: { Status: 'canceled' } },
    }),
    [`POST ${one}/VerificationCheck`]: async () => {
      const To = String((await sendCode())['to']);
      return { service, body: { To, Code: h.gateway.codeFor(To) } };
    },
    [`GET ${one}/RateLimits`]: async () => ({ service }),
    [`POST ${one}/RateLimits`]: async () => {
      await makeLimit();
      return { service, body: { UniqueName: 'another' } };
    },
    [`GET ${limit}`]: withLimit,
    [`POST ${limit}`]: async () => ({ ...(await withLimit()), body: { Description: 'x' } }),
    [`DELETE ${limit}`]: withLimit,
    [`GET ${limit}/Buckets`]: withLimit,
    [`POST ${limit}/Buckets`]: async () => ({
      ...{ ...(await withLimit()), body: { Max: 5, Interval: 60 } },
    }),
    [`GET ${limit}/Buckets/:bucket`]: makeBucket,
    [`POST ${limit}/Buckets/:bucket`]: async () => ({ ...(await makeBucket()), body: { Max: 6 } }),
    [`DELETE ${limit}/Buckets/:bucket`]: makeBucket,
    'POST /2010-04-01/Accounts/:account/Messages.json': async () => ({
      ...{ account, body: ownText() },
    }),
    'GET /2010-04-01/Accounts/:account/Messages/:sid': async () => ({
      ...{ account, sid: `${(await sendText())['sid']}.json` },
    }),
    'GET /v2/Attempts/:sid': async () => {
      const { send_code_attempts: attempts } = await sendCode();
      return { sid: (attempts as { attempt_sid: string }[])[0]?.attempt_sid };
    },
    'POST /v2/SafeList/Numbers': async () => ({ body: { PhoneNumber: nextPhoneNumber() } }),
    'GET /v2/SafeList/Numbers/:number': makeSafe,
    'DELETE /v2/SafeList/Numbers/:number': makeSafe,
  };
  return makers;
}
