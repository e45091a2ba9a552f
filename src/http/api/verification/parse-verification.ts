import type { Caller } from '../../../domain/access/caller.ts';
import { AppError } from '../../../domain/errors.ts';
import type { Recipient } from '../../../domain/phone-number/phone-number.ts';
import type { CheckTarget } from '../../../services/verification/find-verification.ts';
import { readSessionName } from '../session-names.ts';

/** Parses a phone number as users write it. @throws {AppError} `invalid_phone` or `region_not_allowed`. */
export type ReadRecipient = (text: string) => Recipient;

/** Parses a company name. @throws {AppError} `validation_failed` for one that is not allowed. */
export type ReadCompanyName = (
  caller: Caller,
  text: string | undefined,
) => Promise<string | undefined>;

/** Returns a parser for logs: the number in E.164, or undefined if the text is not a number. */
export function toNumberReader(read: ReadRecipient) {
  return (text: string): string | undefined => {
    try {
      return read(text).phoneNumber;
    } catch (error) {
      if (error instanceof AppError) return undefined;
      throw error;
    }
  };
}

export const DEFAULT_PURPOSE = 'login';

type Body = {
  readonly phoneNumber?: string | undefined;
  readonly verificationId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly purpose?: string | undefined;
};

/**
 * Finds which verification a body refers to: by its ID, or by number and purpose. If the body has both,
 * they must match.
 */
export function readTarget(
  caller: Caller,
  { phoneNumber, verificationId, purpose, ...body }: Body,
  readRecipient: ReadRecipient,
): CheckTarget {
  const { accountId } = caller;
  const sessionId = readSessionName(caller, body.sessionId);
  const number = phoneNumber === undefined ? undefined : readRecipient(phoneNumber).phoneNumber;
  if (verificationId !== undefined) {
    return { ref: { accountId, verificationId }, phoneNumber: number, sessionId, purpose };
  }
  const scope = { accountId, phoneNumber: number ?? '', purpose: purpose ?? DEFAULT_PURPOSE };
  return { ref: { scope }, sessionId, purpose };
}

/**
 * Returns the caller with the end user's address from its request.
 * @throws {AppError} `forbidden` for a key that may not send `clientIp`.
 */
export function withClientIp(caller: Caller, clientIp: string | undefined): Caller {
  if (clientIp === undefined) return caller;
  if (caller.restrictions.clientIp === false) {
    throw new AppError(
      'forbidden',
      'This API key may not send clientIp, because it was created with clientIp: false',
    );
  }
  return { ...caller, ipAddress: clientIp, clientIp };
}
