import { AppError } from '../../../domain/errors.ts';
import { addSeconds } from '../../../lib/time/clock.ts';
import { checkCode } from '../check-code.ts';
import { startInbound } from '../inbound/start-inbound.ts';
import { sendNext } from '../sending/send-next.ts';
import { startVerification } from '../start-verification.ts';
import type { PageContext } from './context.ts';
import { ended, type OpenPage } from './open-page.ts';
import { sealInvitation } from './page-state.ts';

type Send = {
  /** The number as the user entered it; a page with a fixed number ignores it. */
  readonly typedNumber?: string;
  /** Whether the live code is sent again. */
  readonly isResend?: boolean;
};

/**
 * Sends a code to the number of the page, or to the one that the user entered.
 * @throws {AppError} as `startVerification`; `invalid_phone` or `region_not_allowed`; `not_found` if the page has ended.
 */
export async function sendOnPage(
  ctx: PageContext,
  { page, caller }: OpenPage,
  { typedNumber, isResend = false }: Send,
): Promise<void> {
  const { purpose, companyName, locale } = page;
  const isKnown = page.isNumberFixed || typedNumber === undefined;
  const recipient = ctx.inbound.readNumber(isKnown ? page.phoneNumber : typedNumber);
  const started = await startVerification(ctx.verification, {
    ...{ caller, recipient, purpose, companyName, locale, isResend },
    ...{ sessionId: undefined, channel: undefined },
  });
  const { verificationId, phoneNumber, resendInSeconds } = started;
  const now = ctx.verification.now();
  const resendAt = addSeconds(now, resendInSeconds);
  const row = { verificationId, phoneNumber, resendAt, sealedInvitation: null };
  if (!(await ctx.pages.start(page.pageId, row, now))) throw ended();
}

/** Sends the code by the next step of its workflow. @throws {AppError} as `sendNext`. */
export async function sendNextOnPage(ctx: PageContext, open: OpenPage): Promise<void> {
  await sendNext(ctx.verification, open.caller, toTarget(open));
}

/**
 * Starts a verification by a message that the user sends. A code is always sent back: a user who was only talked into
 * sending the message does not see the page that asks for it.
 * @throws {AppError} as `startInbound`; `not_found` if the page has ended.
 */
export async function writeOnPage(ctx: PageContext, { page, caller }: OpenPage): Promise<void> {
  const { pageId, purpose, companyName = '', locale, isNumberFixed } = page;
  const phoneNumber = isNumberFixed ? page.phoneNumber : '';
  const { verificationId, link, text } = await startInbound(ctx.inbound, {
    ...{ caller, purpose, companyName, locale, returnsCode: true },
    ...{ sessionId: undefined, channel: undefined },
    recipient: isNumberFixed ? ctx.inbound.readNumber(phoneNumber) : undefined,
  });
  const sealedInvitation = sealInvitation(ctx.sealer, pageId, { link, text });
  const row = { verificationId, phoneNumber, resendAt: null, sealedInvitation };
  if (!(await ctx.pages.start(pageId, row, ctx.verification.now()))) throw ended();
}

/**
 * Checks the code that the user entered. If it is right, the page ends with this verification.
 * @throws {AppError} as `checkCode`; `otp_invalid`; `not_found` if the page has ended or waits for another code.
 */
export async function checkOnPage(ctx: PageContext, open: OpenPage, code: string): Promise<void> {
  const result = await checkCode(ctx.verification, open.caller, toTarget(open), code);
  if (result.outcome === 'invalid') {
    const { attemptsLeft } = result;
    throw new AppError('otp_invalid', 'The code is wrong or no longer valid', { attemptsLeft });
  }
  const { verificationId, phoneNumber } = result.verification;
  const verified = { verificationId, phoneNumber };
  if (!(await ctx.pages.finish(open.page.pageId, verified, ctx.verification.now()))) throw ended();
}

/** Without a verification, the ID is one that does not exist. */
function toTarget({ page }: OpenPage) {
  const { accountId, verificationId = '', purpose } = page;
  return { ref: { accountId, verificationId }, sessionId: undefined, purpose };
}
