import twilio from 'twilio';
import type { Harness } from './harness.ts';

/** The credentials of one account, as an application for Twilio has them. */
export type TwilioCredentials = {
  readonly accountSid: string;
  readonly user: string;
  readonly password: string;
};

/** What the package sent and what came back. */
type Exchange = { readonly status: number; readonly body: unknown };

export type TwilioCalls = Awaited<ReturnType<typeof createTwilioCalls>>;

/** Reads what an application needs, as a person does, and returns the unmodified package of Twilio with it. */
export async function createTwilioCalls(h: Pick<Harness, 'url' | 'gateway'>, password: string) {
  const answer = await fetch(`${h.url}/api/compat/twilio`, { headers: { 'x-api-key': password } });
  const { data } = (await answer.json()) as { readonly data: Settings };
  const { accountSid, apiKeySid, services } = data;
  const [first] = services;
  if (!first) throw new Error('the account has no service');
  const seen: Exchange[] = [];
  const connect = (credentials: TwilioCredentials) => connectTo(h.url, credentials, seen);
  const client = connect({ accountSid, user: accountSid, password });
  const service = client.verify.v2.services(first.sid);
  return {
    ...{ accountSid, apiKeySid, baseUrl: data.baseUrl, serviceSid: first.sid, client, service },
    ...{ connect, seen },
    /** The body of the latest answer, as it came. */
    latest: () => seen.at(-1)?.body as Readonly<Record<string, unknown>>,
    send: (to: string, fields: Readonly<Record<string, unknown>> = {}) =>
      service.verifications.create({ to, channel: 'sms', ...fields }),
    check: (to: string, code: string) => service.verificationChecks.create({ to, code }),
  };
}

type Settings = {
  readonly accountSid: string;
  readonly apiKeySid: string;
  readonly baseUrl: string;
  readonly services: readonly { readonly sid: string }[];
};

function connectTo(
  url: string,
  { accountSid, user, password }: TwilioCredentials,
  seen: Exchange[],
) {
  const httpClient = new twilio.RequestClient({ timeout: 60_000 });
  const request = httpClient.request.bind(httpClient);
  Object.assign(httpClient, {
    async request(options: Parameters<typeof request>[0]) {
      const answer = await request(options);
      seen.push({ status: answer.statusCode, body: answer.body });
      return answer;
    },
  });
  const client = twilio(user, password, { accountSid, httpClient });
  // The one line that an application changes.
  client.verify.baseUrl = url;
  return client;
}

type Failure = Error & { readonly status?: number; readonly code?: number };

/** How a call was refused: the status and the code of Twilio. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  const outcome = await call.then(
    (value) => `resolved: ${JSON.stringify(value)}`,
    (error: Failure) => error,
  );
  if (typeof outcome === 'string') return outcome;
  if (outcome.constructor.name !== 'RestException') throw outcome;
  return `${outcome.status} ${outcome.code}`;
}

/** How calls ended: the value of each, or its refusal. */
export async function outcomesOf(calls: readonly Promise<unknown>[]): Promise<string[]> {
  return Promise.all(
    calls.map(async (call) => {
      const refusal = await refusalOf(call);
      return refusal.startsWith('resolved') ? 'done' : refusal;
    }),
  );
}
