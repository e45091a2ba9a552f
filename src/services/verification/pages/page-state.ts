import { AppError } from '../../../domain/errors.ts';
import { maskRecipient } from '../../../domain/recipient.ts';
import type { Verification } from '../../../domain/verification/verification.ts';
import { SealError, type Sealer } from '../../../lib/crypto/encryption.ts';
import { secondsUntil } from '../../../lib/time/clock.ts';
import type { StoredPage } from '../../../storage/pages/page-store.ts';
import type { VerificationContext } from '../context.ts';
import { isOpen } from '../find-verification.ts';
import { chooseReceiver } from '../inbound/choose-receiver.ts';
import { issueProof } from '../proof/issue-proof.ts';
import { openLiveCode } from '../sending/send-facts.ts';
import type { PageContext } from './context.ts';
import type { OpenPage } from './open-page.ts';

/** What the user sends to verify by a message. */
export type Invitation = { readonly link: string; readonly text: string };

/** What a page shows. */
type PageState =
  /** It asks for the number, or to confirm it. `isAgain`: an earlier code is no longer valid. */
  | { readonly name: 'number'; readonly isAgain: boolean }
  | {
      readonly name: 'code';
      readonly resendInSeconds: number;
      /** Whether the code can be sent on another channel. */
      readonly hasOtherWay: boolean;
    }
  | { readonly name: 'message'; readonly invitation: Invitation }
  | { readonly name: 'done'; readonly proof: string };

export type ShownPage = {
  readonly state: PageState;
  /** The number as the page shows it: masked if it came with the request, empty if it is not known. */
  readonly shownNumber: string;
  /** Whether the user can verify by a message. */
  readonly canWrite: boolean;
};

/** Reads what a page shows now. `issuer` is the address of this installation. */
export async function showPage(
  ctx: PageContext,
  open: OpenPage,
  issuer: string,
): Promise<ShownPage> {
  const { page } = open;
  const { phoneNumber, isNumberFixed } = page;
  const state = await readState(ctx, open, issuer);
  const isWaiting = state.name === 'number' || state.name === 'code';
  return {
    state,
    shownNumber: isNumberFixed ? maskRecipient(phoneNumber) : phoneNumber,
    canWrite: isWaiting && (await canWrite(ctx, open)),
  };
}

/** Seals what the user sends: it contains a token. */
export function sealInvitation(sealer: Sealer, pageId: string, invitation: Invitation): string {
  return sealer.seal(JSON.stringify(invitation), contextOf(pageId));
}

async function readState(ctx: PageContext, open: OpenPage, issuer: string): Promise<PageState> {
  const { page } = open;
  const found = await findVerification(ctx, page);
  if (page.verifiedAt && found) {
    const verified = { verification: found, verifiedAt: page.verifiedAt };
    const made = { issuer, issuedAt: page.verifiedAt, pageId: page.pageId };
    return { name: 'done', proof: await issueProof(ctx.proofs, open.caller, verified, made) };
  }
  if (!found || !isOpen(found, ctx.verification.now())) {
    return { name: 'number', isAgain: found !== undefined };
  }
  if (found.method === 'inbound') return toInvitation(ctx, page);
  const { resendAt } = page;
  return {
    name: 'code',
    resendInSeconds: resendAt ? Math.max(0, secondsUntil(resendAt, ctx.verification.now())) : 0,
    hasOtherWay: await hasOtherWay(ctx.verification, found),
  };
}

async function findVerification(
  { verification: { verifications } }: PageContext,
  { accountId, verificationId }: StoredPage,
): Promise<Verification | undefined> {
  if (verificationId === undefined) return undefined;
  return verifications.find({ accountId, verificationId });
}

/** If the secret key was replaced without its predecessor, the user starts again. */
function toInvitation(
  { sealer }: PageContext,
  { pageId, sealedInvitation }: StoredPage,
): PageState {
  try {
    const text = sealer.open(sealedInvitation ?? '', contextOf(pageId));
    return { name: 'message', invitation: JSON.parse(text) as Invitation };
  } catch (error) {
    if (error instanceof SealError) return { name: 'number', isAgain: true };
    throw error;
  }
}

/** Whether a step of the workflow follows the latest one. */
async function hasOtherWay(
  ctx: VerificationContext,
  { verificationId }: Verification,
): Promise<boolean> {
  const live = await openLiveCode(ctx, { verificationId });
  const { channel } = (await ctx.deliveries.findLatest(verificationId)) ?? {};
  const { steps = [] } = live?.facts ?? {};
  return steps.findIndex((step) => step.channel === channel) < steps.length - 1;
}

async function canWrite({ inbound }: PageContext, { page, caller }: OpenPage): Promise<boolean> {
  if (page.companyName === undefined) return false;
  if (caller.mode === 'test') return true;
  const { accountId } = caller;
  const wish = { caller, accountId, sessionId: undefined, channel: undefined };
  return chooseReceiver(inbound, wish).then(
    () => true,
    (error: unknown) => {
      if (error instanceof AppError && error.code === 'provider_unavailable') return false;
      throw error;
    },
  );
}

function contextOf(pageId: string): string {
  return `page|${pageId}`;
}
