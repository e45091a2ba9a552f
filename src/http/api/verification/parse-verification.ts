import type { Caller } from '../../../domain/access/caller.ts';
import { AppError } from '../../../domain/errors.ts';
import type { Recipient } from '../../../domain/phone-number/phone-number.ts';
import type { CheckTarget } from '../../../services/verification/find-verification.ts';
import { readSessionName } from '../session-names.ts';

/** Reads a phone number as people write it. @throws {AppError} `invalid_phone` or `region_not_allowed`. */
export type ReadRecipient = (text: string) => Recipient;

/** Reads the name of who sends. @throws {AppError} `validation_failed` for one that may not be used. */
export type ReadCompanyName = (text: string | undefined) => string | undefined;

/** For records: the number in E.164, or undefined when the text is none. */
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
 * Which verification a body means: by its handle, or by number and purpose. A number beside the handle
 * has to match it.
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
 * The caller, with the address of the end user that its request names.
 * @throws {AppError} `forbidden` for a key that may name none.
 */
export function withClientIp(caller: Caller, clientIp: string | undefined): Caller {
  if (clientIp === undefined) return caller;
  if (caller.restrictions.clientIp === false) {
    throw new AppError(
      'forbidden',
      'This API key may not send clientIp: it was created with clientIp: false',
    );
  }
  return { ...caller, ipAddress: clientIp, clientIp };
}
