import { formatPrincipal } from '../../../domain/access/caller.ts';
import { assertPermitted } from '../../../domain/access/key-restrictions.ts';
import { TEST_CHANNEL } from '../../../domain/delivery/delivery.ts';
import type { Locale } from '../../../domain/delivery/locale.ts';
import { AppError } from '../../../domain/errors.ts';
import { invalidField } from '../../../domain/refusal.ts';
import { INBOUND_SECONDS, MOST_OPEN } from '../../../domain/verification/inbound.ts';
import { drawInboundToken, findInboundToken } from '../../../domain/verification/inbound-token.ts';
import { toSessionId } from '../../../domain/whatsapp/session-id.ts';
import { randomId } from '../../../lib/crypto/secrets.ts';
import { addSeconds, secondsUntil } from '../../../lib/time/clock.ts';
import { findTestNumber } from '../test-numbers.ts';
import { chooseReceiver, type Receiver } from './choose-receiver.ts';
import type { InboundContext } from './context.ts';
import { logInboundNotStarted, logInboundStarted } from './inbound-log.ts';
import type { InboundRequest, StartedInbound } from './inbound-request.ts';
import { chooseLanguage, toWhatsAppLink, writeInboundText } from './inbound-texts.ts';

/** In the link of a test key, which no one should send. The North American plan keeps these numbers free. */
const FICTITIOUS_NUMBER = '+12025550100';

/**
 * Starts a verification by a message that the person sends to one of our numbers. Nothing is sent, so that it works while
 * a number is restricted, and no limit on sends counts it.
 * @throws {AppError} as `chooseReceiver`; `forbidden` as `startVerification`; `validation_failed` for a company that reads
 * like a token; `rate_limited` when too many are open for the number or the address.
 */
export async function startInbound(
  ctx: InboundContext,
  request: InboundRequest,
): Promise<StartedInbound> {
  try {
    const started = await open(ctx, request);
    logInboundStarted(ctx, request, started);
    return started;
  } catch (error) {
    logInboundNotStarted(ctx, request, error);
    throw error;
  }
}

async function open(ctx: InboundContext, request: InboundRequest): Promise<StartedInbound> {
  const { recipient, companyName, purpose, locale } = request;
  const receiver = await prepare(ctx, request);
  const token = drawInboundToken();
  const { region = '' } = recipient ?? {};
  const language = chooseLanguage(locale, region);
  const text = writeInboundText({ token, companyName, purpose, language });
  const { returnsCode = recipient === undefined } = request;
  const verificationId = randomId(24);
  const createdAt = ctx.verification.now();
  const expiresAt = addSeconds(createdAt, INBOUND_SECONDS);
  const { sessionId, channel, phoneNumber } = receiver;
  // What is sent back is in the language of the message, unless the caller wants another one.
  const row = {
    ...{ verificationId, sessionId, channel, phoneNumber, returnsCode, expiresAt },
    locale: locale ?? language,
  };
  await takePlaces(ctx, request, row);
  try {
    await store(ctx, request, { ...row, token, createdAt });
  } catch (error) {
    await ctx.places.leave(verificationId);
    throw error;
  }
  return {
    verificationId,
    phoneNumber: recipient?.phoneNumber,
    ...{ sessionId, channel },
    link: toWhatsAppLink(phoneNumber, text),
    text,
    returnsCode,
    expiresAt,
    expiresInSeconds: secondsUntil(expiresAt, createdAt),
  };
}

/** Refuses what the caller may not do, and chooses the number to write to. */
async function prepare(ctx: InboundContext, request: InboundRequest): Promise<Receiver> {
  const { caller, recipient, purpose, sessionId, channel, companyName } = request;
  assertPermitted(caller.restrictions, { sessionId, purpose, region: recipient?.region });
  if (findInboundToken(companyName) !== undefined) {
    throw invalidField('companyName', 'must not look like a token');
  }
  const { testNumbers, policy } = ctx.verification;
  if (recipient) await findTestNumber(testNumbers, caller, recipient.phoneNumber);
  if (caller.mode === 'test') {
    const byDefault = toSessionId(caller.accountId, policy.defaultSession);
    return {
      ...{ sessionId: sessionId ?? byDefault, channel: undefined },
      phoneNumber: FICTITIOUS_NUMBER,
    };
  }
  const { receiverAccountId: accountId = caller.accountId } = request;
  return chooseReceiver(ctx, { caller, sessionId, channel, accountId });
}

type NewRow = Receiver & {
  readonly verificationId: string;
  readonly returnsCode: boolean;
  readonly locale: Locale;
  readonly expiresAt: Date;
};

/** Takes a place of the number and one of the end user's address. @throws {AppError} `rate_limited`. */
async function takePlaces(
  ctx: InboundContext,
  { caller, recipient }: InboundRequest,
  { verificationId, expiresAt }: NewRow,
): Promise<void> {
  // A test number has no owner to protect.
  if (caller.mode === 'test') return;
  const { accountId, clientIp } = caller;
  const subjects = [
    ...(recipient ? [['number', recipient.phoneNumber] as const] : []),
    ...(clientIp !== undefined ? [['address', clientIp] as const] : []),
  ];
  for (const [kind, name] of subjects) {
    const subject = ctx.digests.ofSubject(kind, accountId, name);
    const now = ctx.verification.now();
    const place = { subject, most: MOST_OPEN, verificationId, expiresAt };
    const taken = await ctx.places.take(place, now);
    if (taken.isTaken) continue;
    await ctx.places.leave(verificationId);
    throw new AppError(
      'rate_limited',
      `At most ${MOST_OPEN} verifications by message may be open for one ${kind}`,
      { retryAfterSeconds: Math.max(1, secondsUntil(taken.freeAt, now)) },
    );
  }
}

/** Stores the token before the verification, so that there is never a verification without a token. */
async function store(
  ctx: InboundContext,
  request: InboundRequest,
  row: NewRow & { readonly token: string; readonly createdAt: Date },
): Promise<void> {
  const { caller, recipient, purpose, companyName } = request;
  const { accountId, ipAddress, userAgent, principal, restrictions } = caller;
  const { verificationId, sessionId, channel, returnsCode, locale, expiresAt, createdAt } = row;
  const { verifications, policy } = ctx.verification;
  const tokenDigest = ctx.digests.of(row.token);
  const common = { verificationId, accountId, sessionId, expiresAt };
  const { regions } = restrictions;
  await ctx.inbound.add(
    { ...common, channel, tokenDigest, returnsCode, locale, regions },
    createdAt,
  );
  const created = {
    ...common,
    ...({ purpose, companyName, ipAddress, userAgent, method: 'inbound' } as const),
    phoneNumber: recipient?.phoneNumber ?? '',
    region: recipient?.region,
    sentBy: formatPrincipal(principal),
    maxAttempts: policy.maxAttempts,
    // Several may be open for a number, beside a code that was sent to it.
    activeKey: `inbound|${verificationId}`,
    // Without a digest, no code is right.
    codeDigest: '',
    secretVersion: '',
  };
  if (!(await verifications.open(created, createdAt))) throw new Error('the ID is not unique');
  if (caller.mode !== 'test') return;
  const sent = { channel: TEST_CHANNEL, messageId: randomId(12) };
  await verifications.markSent(verificationId, sent, createdAt);
}
