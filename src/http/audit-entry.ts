import type { Context } from 'hono';
import type { Caller } from '../domain/access/caller.ts';
import { isEmailAddress } from '../domain/email-address.ts';
import { isEmailRecipient, maskRecipient } from '../domain/recipient.ts';
import { isSessionName, toSessionId } from '../domain/whatsapp/session-id.ts';
import type { EndedCall } from '../services/activity/open-calls.ts';
import type { HttpEnv } from './http-env.ts';

type Fields = Readonly<Record<string, unknown>>;

type Call = {
  readonly caller: Caller;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly milliseconds: number;
  /** The JSON body of the response, if known. */
  readonly answer: unknown;
};

type ReadCall = Pick<Call, 'method' | 'route'>;

/** Reads that are logged each time: exports, and data about a recipient. */
const READ_ON_PURPOSE = /[/](export$|recipients[/])/;

/** What the console sends with its requests. */
const CONSOLE_HEADER = 'x-waverify-console';

/** Reads that show no recipient and no conversation. */
const CONSOLE_READ =
  /^[/]api[/](auth[/]me$|auth[/]logins$|accounts([/]:accountId[/](sender|workflow))?$|analytics[/](dashboard|funnel|conversion-drops|sessions[/])|usage$|channels([/]ready)?$|sessions$|sessions[/]:id([/](status|events))?$|keys|users|templates|webhooks$|webhooks[/]:id$|hooks$|hooks[/]:id([/]sample-request)?$|test-numbers$|compat[/])/;

/** The fields of a request that are logged: never a code, password, token, key or text. */
const ASKED = [
  ...['sessionId', 'id', 'verificationId', 'purpose', 'channel', 'locale', 'companyName', 'keyId'],
  ...['limit', 'by', 'from', 'timeZone', 'log', 'action', 'status', 'state', 'mode', 'accountId'],
  ...['activityDays', 'otpDays', 'overlapSeconds', 'role', 'validUntil'],
];

/** The fields with a recipient. In a query, `to` is a time. */
const RECIPIENTS = ['phoneNumber', 'phone', 'number', 'to'];

/** The routes on which `email` is a recipient, unless there is a number. On others it is that of a user. */
const EMAIL_IS_RECIPIENT = /^[/]api[/](otp[/]|analytics[/]export$)/;

/** The fields of a response that are logged. */
const ANSWERED = [
  ...['verificationId', 'channel', 'messageId', 'status', 'expiresAt', 'expired', 'keyId'],
  'isComplete',
];

/** Longer values are cut off. */
const LONGEST = 80;

/**
 * Whether a call is a read that pages and probes repeat. Logging each one would flood the log that it
 * reads.
 */
export function isPolling(method: string, route: string): boolean {
  // HEAD is handled like GET.
  return ['GET', 'HEAD'].includes(method) && !READ_ON_PURPOSE.test(route);
}

/**
 * Whether a call is a read that the console makes automatically while a page is open, for a user or with the key of the
 * installation. Such reads are in the request log, but not in the usage, which is about other programs. Every program can
 * send the header, so it has no effect on the calls of API keys: none of them is hidden.
 */
export function isConsolePolling(c: Context<HttpEnv>, caller: Caller, read: ReadCall): boolean {
  const isOfConsole = c.req.header(CONSOLE_HEADER) !== undefined && caller.principal.kind !== 'key';
  return isOfConsole && isPolling(read.method, read.route);
}

/**
 * Whether it is one of those that show no recipient and no conversation. They are not in the activity log either, which
 * a page of the console shows.
 */
export function isConsoleRead(c: Context<HttpEnv>, caller: Caller, read: ReadCall): boolean {
  return isConsolePolling(c, caller, read) && CONSOLE_READ.test(read.route);
}

/**
 * Captures what is passed to `c.json`, so that the response need not be parsed. Returns a function that
 * returns the last captured value.
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

/** Returns what the activity log says about a call. */
export function toAuditEntry(
  c: Context<HttpEnv>,
  call: Call,
  readRecipient: (text: string) => string | undefined,
): EndedCall {
  // Calls that export or erase a recipient's data are logged without the number.
  const isNameless = call.route.startsWith('/api/recipients/');
  const asked = readRequest(c, call.route, isNameless ? () => undefined : readRecipient);
  const answered = isNameless ? {} : readAnswer(c, call);
  const about = {
    sessionId: toStoredSessionId(call, asked, answered),
    phoneNumber: asked.recipient ?? findWholeRecipient(answered),
    verificationId: toText(asked.fields['verificationId'] ?? answered['verificationId']),
    messageId: toText(answered['messageId']),
  };
  const { code } = c.get('problem') ?? {};
  return {
    origin: call.caller,
    status: call.status < 400 ? 'success' : 'error',
    route: `${call.method} ${call.route}`,
    duration: Math.round(call.milliseconds),
    // Reading a log must not add entries about the same number to it.
    ...(!isPolling(call.method, call.route) && known(about)),
    ...(code !== undefined && { errorMessage: code }),
    request: asked.fields,
    responseData: JSON.stringify({ ...pick(answered, ANSWERED), ...tellOutcome(c, call) }),
  };
}

/** Only validated fields are logged. */
function readRequest(
  c: Context<HttpEnv>,
  route: string,
  readRecipient: (text: string) => string | undefined,
) {
  const [params, query, body] = ['param', 'query', 'json'].map(
    (target) => (c.req.valid(target as never) ?? {}) as Fields,
  );
  const { to, ...numbered } = { ...query };
  const given: Fields = { ...params, ...numbered, ...body };
  const names = [...RECIPIENTS, ...(EMAIL_IS_RECIPIENT.test(route) ? ['email'] : [])];
  const name = names.find((one) => typeof given[one] === 'string');
  const recipient = name === undefined ? undefined : readRecipient(String(given[name]));
  const fields = {
    ...pick(given, ASKED),
    ...(typeof to === 'string' && { to: to.slice(0, LONGEST) }),
    ...(recipient !== undefined && toMasked(recipient)),
  };
  return { fields: fields as Fields, recipient };
}

function readAnswer(c: Context<HttpEnv>, { answer }: Call): Fields {
  if (c.get('problem') !== undefined || typeof answer !== 'object' || answer === null) return {};
  const { data } = answer as { readonly data?: unknown };
  return typeof data === 'object' && data !== null ? (data as Fields) : {};
}

/** Named `httpStatus`, because `status` is that of the verification or session. */
function tellOutcome(c: Context<HttpEnv>, { status }: Call) {
  const { code, retryAfter, attemptsLeft } = c.get('problem') ?? {};
  return { httpStatus: status, ...known({ code, retryAfter, attemptsLeft }) };
}

function toStoredSessionId(
  { caller, route }: Call,
  { fields }: { readonly fields: Fields },
  answered: Fields,
): string | undefined {
  const ofPath = route.includes('/sessions/:id') ? fields['id'] : undefined;
  const name = toText(fields['sessionId'] ?? ofPath ?? answered['sessionId']);
  if (name === undefined || caller.seesAllAccounts) return name;
  return isSessionName(name) ? toSessionId(caller.accountId, name) : undefined;
}

/** Picks the listed fields that are texts, numbers or booleans. */
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

function toMasked(recipient: string): Fields {
  const masked = maskRecipient(recipient);
  return isEmailRecipient(recipient) ? { email: masked } : { phoneNumber: masked };
}

/** Finds the recipient of a response. Responses may contain masked ones, which are ignored. */
function findWholeRecipient({ phoneNumber, email, recipientKind }: Fields): string | undefined {
  // Users have an address too.
  const text = toText(recipientKind === 'email' ? email : phoneNumber) ?? '';
  return /^\+\d{5,15}$/.test(text) || isEmailAddress(text) ? text : undefined;
}
