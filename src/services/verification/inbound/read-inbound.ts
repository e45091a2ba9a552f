import type { Caller } from '../../../domain/access/caller.ts';
import { AppError } from '../../../domain/errors.ts';
import type { InboundProblem, InboundStatus } from '../../../domain/verification/inbound.ts';
import { isOverAt, type Verification } from '../../../domain/verification/verification.ts';
import { secondsUntil } from '../../../lib/time/clock.ts';
import type { FoundInbound } from '../../../storage/verification/inbound-store.ts';
import { isVisible } from '../find-verification.ts';
import type { InboundContext } from './context.ts';

/** The progress of a verification by an incoming message. */
export type InboundDetails = {
  readonly verification: Verification;
  readonly status: InboundStatus;
  readonly returnsCode: boolean;
  /** The channel to whose number the message goes; undefined for that of the session. */
  readonly receivingChannel: string | undefined;
  /** The number that is verified. Until then undefined, even if the sender is known. */
  readonly phoneNumber: string | undefined;
  /** Messages with the right token that did not count, and why the latest one did not. */
  readonly refusals: number;
  readonly problem: InboundProblem | undefined;
  /** 0 when it has ended. */
  readonly expiresInSeconds: number;
};

/**
 * Reads a verification by an incoming message.
 * @throws {AppError} `not_found`, also for one that the caller's key does not permit, and for one by a code.
 */
export async function readInbound(
  ctx: InboundContext,
  caller: Caller,
  verificationId: string,
): Promise<InboundDetails> {
  const found = await ctx.inbound.find(verificationId);
  const isOwn = found?.verification.accountId === caller.accountId;
  if (!isOwn || !isVisible(caller, found.verification)) {
    throw new AppError('not_found', 'No such verification by message');
  }
  return describe(found, ctx.verification.now());
}

function describe({ verification, inbound }: FoundInbound, now: Date): InboundDetails {
  const status = statusAt(verification, now);
  const isOpen = status === 'waiting' || status === 'code_sent';
  const { returnsCode, refusals, problem, channel: receivingChannel } = inbound;
  return {
    ...{ verification, status, returnsCode, receivingChannel, refusals },
    phoneNumber: status === 'verified' ? verification.phoneNumber : undefined,
    problem: isOpen ? problem : undefined,
    expiresInSeconds: isOpen ? secondsUntil(verification.expiresAt, now) : 0,
  };
}

/** It expires at its time, whether or not the cleanup job has updated its row. */
function statusAt(verification: Verification, now: Date): InboundStatus {
  const { status, codeDigest } = verification;
  if (status !== 'sent') return status;
  if (isOverAt(verification, now)) return 'expired';
  return codeDigest === '' ? 'waiting' : 'code_sent';
}
