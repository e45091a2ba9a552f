import type { Caller } from '../../../domain/access/caller.ts';
import { findEmailFault, looksLikeEmail, toEmailAddress } from '../../../domain/email-address.ts';
import { AppError } from '../../../domain/errors.ts';
import type { Recipient } from '../../../domain/phone-number/phone-number.ts';
import { invalidField } from '../../../domain/refusal.ts';
import type { CheckTarget } from '../../../services/verification/find-verification.ts';
import { readSessionName } from '../session-names.ts';

/** Parses a phone number as users write it. @throws {AppError} `invalid_phone` or `region_not_allowed`. */
export type ReadRecipient = (text: string) => Recipient;

/** Parses a company name. @throws {AppError} `validation_failed` for one that is not allowed. */
export type ReadCompanyName = (
  caller: Caller,
  text: string | undefined,
) => Promise<string | undefined>;

/** What a request says about its recipient. An `email` is normalised by its schema. */
type Named = {
  readonly phoneNumber?: string | undefined;
  readonly email?: string | undefined;
};

/** The recipient that a request names: the number, or else the email address. */
export function readNamed(
  { phoneNumber, email = '' }: Named,
  readNumber: ReadRecipient,
): Recipient {
  return phoneNumber === undefined ? toRecipient(email) : readNumber(phoneNumber);
}

/**
 * Parses a recipient in a path: an email address if it has an `@`, a phone number otherwise.
 * @throws {AppError} `validation_failed` for a wrong email address; otherwise as `readNumber`.
 */
export function readNumberOrEmail(text: string, readNumber: ReadRecipient): Recipient {
  if (!looksLikeEmail(text)) return readNumber(text);
  const address = toEmailAddress(text);
  const fault = findEmailFault(address);
  if (fault !== undefined) throw invalidField('phoneNumber', fault, 'invalid_format');
  return toRecipient(address);
}

/** An email address has no region. */
function toRecipient(address: string): Recipient {
  return { phoneNumber: address, region: '' };
}

/** Returns a parser for logs: the recipient as it is stored, or undefined if the text is none. */
export function toRecipientReader(readNumber: ReadRecipient) {
  return (text: string): string | undefined => {
    try {
      return readNumberOrEmail(text, readNumber).phoneNumber;
    } catch (error) {
      if (error instanceof AppError) return undefined;
      throw error;
    }
  };
}

export const DEFAULT_PURPOSE = 'login';

type Body = Named & {
  readonly verificationId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly purpose?: string | undefined;
};

/**
 * Finds which verification a body refers to: by its ID, or by recipient and purpose. If the body has both,
 * they must match.
 */
export function readTarget(
  caller: Caller,
  { verificationId, purpose, ...body }: Body,
  readRecipient: ReadRecipient,
): CheckTarget {
  const { accountId } = caller;
  const sessionId = readSessionName(caller, body.sessionId);
  const isNamed = body.phoneNumber !== undefined || body.email !== undefined;
  const phoneNumber = isNamed ? readNamed(body, readRecipient).phoneNumber : undefined;
  if (verificationId !== undefined) {
    return { ref: { accountId, verificationId }, phoneNumber, sessionId, purpose };
  }
  const scope = { accountId, phoneNumber: phoneNumber ?? '', purpose: purpose ?? DEFAULT_PURPOSE };
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
