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
  { sealedSecret, sealedPreviousSecret, previousUntil }: RotatedSecret,
  context: string,
  now: Date,
): readonly string[] {
  const isPreviousValid = previousUntil !== undefined && previousUntil > now;
  const sealed = [sealedSecret, ...(isPreviousValid ? [sealedPreviousSecret] : [])];
  return sealed.flatMap((one) => (one === undefined ? [] : sealer.open(one, context)));
}
