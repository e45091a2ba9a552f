import type { Sealer } from './encryption.ts';

/** A stored secret, and the one that it replaced, which stays valid until a time. */
export type RotatedSecret = {
  readonly sealedSecret: string;
  readonly sealedPreviousSecret: string | undefined;
  readonly previousUntil: Date | undefined;
};

/**
 * Opens the present secret and, while it is valid, the previous one. `context` is what both were sealed with.
 * @throws {SealError}
 */
export function openRotatedSecret(
  sealer: Sealer,
  secret: RotatedSecret,
  context: string,
  now: Date,
): readonly string[] {
  const sealed = [secret.sealedSecret, findValidPrevious(secret, now)];
  return sealed.flatMap((one) => (one === undefined ? [] : sealer.open(one, context)));
}

/** Returns the sealed previous secret while it is valid. */
export function findValidPrevious(
  { sealedPreviousSecret, previousUntil }: Omit<RotatedSecret, 'sealedSecret'>,
  now: Date,
): string | undefined {
  return previousUntil !== undefined && previousUntil > now ? sealedPreviousSecret : undefined;
}
