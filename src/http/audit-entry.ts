import type { Context } from 'hono';
import type { Caller } from '../domain/access/caller.ts';
import { maskPhoneNumber } from '../domain/phone-number/phone-number.ts';
import { isSessionName, toSessionId } from '../domain/whatsapp/session-id.ts';
import type { HttpEnv } from './http-env.ts';

type Fields = Readonly<Record<string, unknown>>;

type Call = {
  readonly caller: Caller;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly milliseconds: number;
  /** What the route answered with, where that is known. */
  readonly answer: unknown;
};

/** What is read on purpose, and not again and again: what leaves the house, and what is known of a person. */
const READ_ON_PURPOSE = /[/](export$|recipients[/])/;

/** What of a request is told: never a code, a password, a token, a key, or a text. */
const ASKED = [
  ...['sessionId', 'id', 'verificationId', 'purpose', 'channel', 'locale', 'companyName', 'keyId'],
  ...['limit', 'by', 'from', 'timeZone', 'log', 'action', 'status', 'state', 'mode', 'accountId'],
  ...['activityDays', 'otpDays', 'overlapSeconds', 'role', 'validUntil'],
];

/** Names under which people send phone numbers. In a query `to` is a time. */
const NUMBERS = ['phoneNumber', 'phone', 'number', 'to'];

/** What of an answer is told. */
const ANSWERED = [
  ...['verificationId', 'channel', 'messageId', 'status', 'expiresAt', 'expired', 'keyId'],
  'isComplete',
];

/** Longer than any of these fields has to be. */
const LONGEST = 80;

/**
 * Whether a call is one that pages and probes repeat, and that changes nothing: each time on record, it
 * would flood the log that it reads.
 */
export function isPolling(method: string, route: string): boolean {
  // HEAD is answered as GET is.
  return ['GET', 'HEAD'].includes(method) && !READ_ON_PURPOSE.test(route);
}

/**
 * Keeps what `c.json` is given from now on, so that the answer does not have to be read again; returns
 * how to look at it.
 */
export function captureResponse(c: Context): () => unknown {
  const { json } = c;
  let kept: unknown;
  Object.assign(c, {
    json: (...given: Parameters<typeof json>) => {
      [kept] = given;
      return json(...given);
    },
  });
  return () => kept;
}

/** The line of the activity log that a call is told in. */
export function toAuditEntry(
  c: Context<HttpEnv>,
  call: Call,
  readNumber: (text: string) => string | undefined,
) {
  // Who asks what is known of a person, or has it erased, is not to be known for it.
  const isNameless = call.route.startsWith('/api/recipients/');
  const asked = readRequest(c, isNameless ? () => undefined : readNumber);
  const answered = isNameless ? {} : readAnswer(c, call);
  const about = {
    sessionId: toIdOnRecord(call, asked, answered),
    phoneNumber: asked.phoneNumber ?? toWholeNumber(answered['phoneNumber']),
    verificationId: toText(asked.fields['verificationId'] ?? answered['verificationId']),
    messageId: toText(answered['messageId']),
  };
  const { code } = c.get('problem') ?? {};
  return {
    action: 'api_call' as const,
    status: call.status < 400 ? ('success' as const) : ('error' as const),
    details: `${call.method} ${call.route}`,
    duration: Math.round(call.milliseconds),
    // Whoever looks at somebody's log is not to be found in it.
    ...(!isPolling(call.method, call.route) && known(about)),
    ...(code !== undefined && { errorMessage: code }),
    ...(Object.keys(asked.fields).length > 0 && { requestData: JSON.stringify(asked.fields) }),
    responseData: JSON.stringify({ ...pick(answered, ANSWERED), ...tellOutcome(c, call) }),
  };
}

/** Only what a schema found valid is told. */
function readRequest(c: Context<HttpEnv>, readNumber: (text: string) => string | undefined) {
  const [params, query, body] = ['param', 'query', 'json'].map(
    (target) => (c.req.valid(target as never) ?? {}) as Fields,
  );
  const { to, ...numbered } = { ...query };
  const given: Fields = { ...params, ...numbered, ...body };
  const name = NUMBERS.find((one) => typeof given[one] === 'string');
  const phoneNumber = name === undefined ? undefined : readNumber(String(given[name]));
  const fields = {
    ...pick(given, ASKED),
    ...(typeof to === 'string' && { to: to.slice(0, LONGEST) }),
    ...(phoneNumber !== undefined && { phoneNumber: maskPhoneNumber(phoneNumber) }),
  };
  return { fields: fields as Fields, phoneNumber };
}

function readAnswer(c: Context<HttpEnv>, { answer }: Call): Fields {
  if (c.get('problem') !== undefined || typeof answer !== 'object' || answer === null) return {};
  const { data } = answer as { readonly data?: unknown };
  return typeof data === 'object' && data !== null ? (data as Fields) : {};
}

/** The status of the verification or session stands beside it where the answer has one. */
function tellOutcome(c: Context<HttpEnv>, { status }: Call) {
  const { code, retryAfter, attemptsLeft } = c.get('problem') ?? {};
  return { httpStatus: status, ...known({ code, retryAfter, attemptsLeft }) };
}

function toIdOnRecord(
  { caller, route }: Call,
  { fields }: { readonly fields: Fields },
  answered: Fields,
): string | undefined {
  const ofPath = route.includes('/sessions/:id') ? fields['id'] : undefined;
  const name = toText(fields['sessionId'] ?? ofPath ?? answered['sessionId']);
  if (name === undefined || caller.seesAllAccounts) return name;
  return isSessionName(name) ? toSessionId(caller.accountId, name) : undefined;
}

/** Texts, numbers and the like under the names that are listed; nothing that has parts. */
function pick(from: Fields, names: readonly string[]): Fields {
  const found: Record<string, string | number | boolean> = {};
  for (const name of names) {
    const value = from[name];
    if (typeof value === 'string') found[name] = value.slice(0, LONGEST);
    if (typeof value === 'number' || typeof value === 'boolean') found[name] = value;
  }
  return found;
}

function known<T extends Fields>(fields: T) {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof T]?: NonNullable<T[Name]> };
}

function toText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Answers mask numbers, too: a masked one is none. */
function toWholeNumber(value: unknown): string | undefined {
  return typeof value === 'string' && /^\+\d{5,15}$/.test(value) ? value : undefined;
}
