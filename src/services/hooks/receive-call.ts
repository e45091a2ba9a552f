import { createHash } from 'node:crypto';
import { type Caller, formatPrincipal, type RequestOrigin } from '../../domain/access/caller.ts';
import { toLocale } from '../../domain/delivery/locale.ts';
import { findEmailFault, looksLikeEmail, toEmailAddress } from '../../domain/email-address.ts';
import { AppError } from '../../domain/errors.ts';
import {
  type HookDialect,
  type HookEvent,
  isRelayedCode,
  LONGEST_TEXT,
} from '../../domain/hooks/hook.ts';
import { findForeignLink } from '../../domain/links.ts';
import type { Recipient } from '../../domain/phone-number/phone-number.ts';
import { invalidField } from '../../domain/refusal.ts';
import { readAddress, toClientAddress } from '../../lib/network.ts';
import type { StoredHook } from '../../storage/hooks/hook-store.ts';
import { type Relayed, type RelayedEvent, relayMessage } from '../relays/relay-service.ts';
import { authenticateCall, type RawCall } from './authenticate-call.ts';
import type { HookContext } from './context.ts';
import { dialects } from './dialects/dialects.ts';
import { openHookSecrets } from './hook-secrets.ts';

/** The origin of a call, before its account is known. */
type Origin = Omit<RequestOrigin, 'accountId'>;

/** How long the same body is the same event, if calls have no ID; and how long an `Idempotency-Key` is kept. */
const BODY_SECONDS = 600;
const KEY_SECONDS = 86_400;

const LONGEST_KEY = 255;
const E164 = /^\+[1-9]\d{6,14}$/;
const FORM = 'application/x-www-form-urlencoded';

/** The error of every call that is not authentic: it does not reveal whether the hook exists. */
function notAuthentic(): AppError {
  return new AppError('unauthorized', 'The signature or the secret of the hook is wrong');
}

/** Finds the hook at an address, before the body of its call is read. @throws {AppError} `unauthorized` */
export async function findHook(
  { hooks }: HookContext,
  dialect: HookDialect,
  hookId: string,
): Promise<StoredHook> {
  const hook = await hooks.findById(hookId);
  if (hook?.dialect !== dialect) throw notAuthentic();
  return hook;
}

/**
 * Returns the caller of an authentic call. A signature with a time is accepted once. Nothing is parsed before.
 * @throws {AppError} `unauthorized`; `forbidden` for a hook that is paused.
 */
export async function identifyHook(
  ctx: HookContext,
  hook: StoredHook,
  call: RawCall,
  origin: Origin,
): Promise<Caller> {
  const { hooks, relays, sealer, now } = ctx;
  const { hookId, accountId, dialect, mode, regions, sendsPerHour } = hook;
  const secrets = openHookSecrets(sealer, hook, now());
  const { authentication } = dialects[dialect];
  const authentic = authenticateCall(authentication, call, { secrets, now: now() });
  await hooks.noteCall(hookId, authentic !== undefined, now());
  if (!authentic) throw notAuthentic();
  if (authentic.signature !== undefined) {
    const subject = `${hookId}|${authentic.signature}`;
    const hit = { limit: relays.limits.callsPerSignature, subject };
    const counted = await relays.limiter.consume({ ...origin, accountId }, [hit]);
    if (!counted.granted) throw notAuthentic();
  }
  if (!hook.isActive) throw new AppError('forbidden', 'The hook is paused');
  return {
    ...{ ...origin, accountId, mode, principal: { kind: 'hook', id: hookId } },
    ...{ scopes: [], isOperator: false, seesAllAccounts: false },
    restrictions: { regions, sendsPerHour },
  };
}

/**
 * Reads the body of an authentic call, and delivers what it asks for.
 * @throws {AppError} `invalid_json`; `validation_failed` for what cannot be delivered, such as a link; `invalid_phone`,
 * `region_not_allowed`; otherwise as `relayMessage`.
 */
export async function receiveCall(
  ctx: HookContext,
  hook: StoredHook,
  caller: Caller,
  call: RawCall,
): Promise<Relayed> {
  const { hookId, channels } = hook;
  const { asked, from, ...message } = await read(ctx, hook, caller, call).catch(
    async (error: unknown) => {
      await recordUnread(ctx, hook, caller, error);
      throw error;
    },
  );
  const event = toEvent(hook, asked, call);
  return relayMessage(ctx.relays, { caller: from, ...message, channels, hookId, event });
}

async function read(ctx: HookContext, hook: StoredHook, caller: Caller, call: RawCall) {
  const asked = dialects[hook.dialect].read({ body: parseBody(call), headers: call.headers });
  const { code, purpose, ttlSeconds = hook.codeTtlSeconds } = asked;
  if (!isRelayedCode(code)) {
    throw invalidField('code', 'must be 4 to 10 letters and digits', 'invalid_format');
  }
  const clientIp = toClientAddress(readAddress(asked.clientIp ?? '') ?? '');
  const { companyName = hook.companyName } = asked;
  return {
    asked,
    from: clientIp === undefined ? caller : { ...caller, clientIp, ipAddress: clientIp },
    recipient: readTo(ctx, asked.to),
    ...{ code, purpose, ttlSeconds, text: chooseText(hook, asked) },
    locale: asked.locale === undefined ? undefined : toLocale(asked.locale),
    companyName: await ctx.readCompanyName(caller, companyName),
  };
}

/** @throws {AppError} `invalid_json` */
function parseBody({ headers, raw }: RawCall): unknown {
  const text = raw.toString();
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === FORM) return Object.fromEntries(new URLSearchParams(text));
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('invalid_json', 'The body is not valid JSON', { cause });
  }
}

/** The text of the server, if the hook permits it; undefined for our own. */
function chooseText(
  { relayText, linkDomains = [] }: StoredHook,
  { text, code }: HookEvent,
): string | undefined {
  if (!relayText || text === undefined || text.length > LONGEST_TEXT) return undefined;
  return text.includes(code) && findForeignLink(text, linkDomains) === undefined ? text : undefined;
}

/** @throws {AppError} `invalid_phone`, `region_not_allowed`, `validation_failed`; none of them contains the recipient. */
function readTo({ readNumber }: HookContext, text: string): Recipient {
  if (looksLikeEmail(text)) {
    const address = toEmailAddress(text);
    const fault = findEmailFault(address);
    if (fault !== undefined) throw invalidField('to', fault, 'invalid_format');
    return { phoneNumber: address, region: '' };
  }
  const invalid = new AppError('invalid_phone', 'The phone number is not a mobile number in E.164');
  if (!E164.test(text)) throw invalid;
  try {
    return readNumber(text);
  } catch (error) {
    throw error instanceof AppError && error.code === 'invalid_phone' ? invalid : error;
  }
}

/** The ID of the server if it has one, otherwise the body. Only a keyed digest of either is stored. */
function toEvent(
  { dialect }: StoredHook,
  { eventId }: HookEvent,
  { raw }: RawCall,
): RelayedEvent | undefined {
  if (eventId !== undefined) {
    const windowSeconds = dialect === 'generic' ? KEY_SECONDS : BODY_SECONDS;
    return { id: `id|${eventId.slice(0, LONGEST_KEY)}`, windowSeconds };
  }
  const digest = createHash('sha256').update(raw).digest('base64url');
  return { id: `body|${digest}`, windowSeconds: BODY_SECONDS };
}

/** Shows a call whose message could not be read among the calls of the hook. */
async function recordUnread(
  { relays: ctx }: HookContext,
  { hookId, accountId }: StoredHook,
  { ipAddress, principal }: Caller,
  error: unknown,
): Promise<void> {
  const at = ctx.now();
  const reason = error instanceof AppError ? error.code : 'internal_error';
  const nothing = { phoneNumber: '', region: '', purpose: '', codeLength: 0 };
  const row = {
    ...{ relayId: ctx.drawRelayId(), accountId, hookId, ...nothing },
    ...{ sentBy: formatPrincipal(principal), ipAddress, createdAt: at, expiresAt: at },
  };
  await ctx.relays.recordRefused(row, reason).catch((err: unknown) => {
    ctx.logger.error({ err, hookId }, 'could not store a refused call of a hook');
  });
}
