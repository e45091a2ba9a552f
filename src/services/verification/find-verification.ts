import type { Caller } from '../../domain/access/caller.ts';
import { assertWithinReach, isWithinReach } from '../../domain/access/key-restrictions.ts';
import { TEST_CHANNEL } from '../../domain/delivery/delivery.ts';
import { type Challenge, isOverAt } from '../../domain/verification/verification.ts';
import type { ChallengeRef } from '../../storage/verification/verification-store.ts';
import type { Dependencies } from './context.ts';

/** Whose passcode is meant: by number and purpose, or by the handle that sending returned. */
export type CheckTarget = {
  readonly ref: ChallengeRef;
  /** When given beside a handle, a challenge of another number is not the one. */
  readonly phoneNumber?: string | undefined;
  /** When given, a challenge of another session or purpose is not the one. */
  readonly sessionId: string | undefined;
  readonly purpose: string | undefined;
};

export function createFinding({
  challenges,
  testNumbers,
}: Pick<Dependencies, 'challenges' | 'testNumbers'>) {
  /**
   * The challenge that a target names. One that the caller's key is not for is not there.
   * @throws {AppError} `forbidden` when the target itself names what the key is not for, or a test
   * number to a live key, or the other way round.
   */
  async function findChallenge(
    caller: Caller,
    { ref, sessionId, purpose }: CheckTarget,
  ): Promise<Challenge | undefined> {
    const scope = 'scope' in ref ? ref.scope : undefined;
    assertWithinReach(caller.reach, { sessionId, purpose: scope?.purpose ?? purpose });
    if (scope) await testNumbers.findFor(caller, scope.phoneNumber);
    const found = await challenges.find(ref);
    return found && isVisible(caller, found) ? found : undefined;
  }

  return findChallenge;
}

/** Whether a challenge is the one that is meant. */
export function isTarget(
  challenge: Challenge,
  { phoneNumber, sessionId, purpose }: CheckTarget,
): boolean {
  return (
    (phoneNumber === undefined || challenge.phoneNumber === phoneNumber) &&
    (sessionId === undefined || challenge.sessionId === sessionId) &&
    (purpose === undefined || challenge.purpose === purpose)
  );
}

/** Whether a challenge takes a guess at `now`, as far as was read: the guarded statement decides. */
export function isOpen(challenge: Challenge, now: Date): boolean {
  const { status, attempts, maxAttempts } = challenge;
  return status === 'sent' && attempts < maxAttempts && !isOverAt(challenge, now);
}

function isVisible({ reach, mode }: Caller, challenge: Challenge): boolean {
  const isTest = challenge.channel === TEST_CHANNEL;
  return isTest === (mode === 'test') && isWithinReach(reach, challenge);
}
