import type { Caller } from '../../../domain/access/caller.ts';
import { assertPermitted } from '../../../domain/access/key-restrictions.ts';
import type { Locale } from '../../../domain/delivery/locale.ts';
import type { Recipient } from '../../../domain/phone-number/phone-number.ts';
import { PAGE_SECONDS, type PageCreator } from '../../../domain/verification/page.ts';
import { randomId } from '../../../lib/crypto/secrets.ts';
import { addSeconds } from '../../../lib/time/clock.ts';
import { findTestNumber } from '../test-numbers.ts';
import type { PageContext } from './context.ts';

type PageRequest = {
  /** The number to verify; undefined if the user enters it. */
  readonly recipient: Recipient | undefined;
  readonly purpose: string;
  readonly companyName: string | undefined;
  readonly locale: Locale | undefined;
  /** Where the result goes: a URL, the window that opened the page, or both. */
  readonly returnUrl: string | undefined;
  readonly openerOrigin: string | undefined;
};

/** A page that was created. `token` is a secret, with which anyone can use the page. */
export type CreatedPage = {
  readonly pageId: string;
  readonly token: string;
  readonly expiresAt: Date;
  readonly expiresInSeconds: number;
};

const PAGE_ID_BYTES = 18;

/**
 * Creates a link to a hosted page, which works for ten minutes, in one browser, and for one verification.
 * @throws {AppError} `forbidden` if the caller's key does not permit what the page is for.
 */
export async function createPage(
  { verification, pages, links }: PageContext,
  caller: Caller,
  { recipient, ...request }: PageRequest,
): Promise<CreatedPage> {
  const { purpose } = request;
  assertPermitted(caller.restrictions, {
    ...{ sessionId: undefined, purpose, region: recipient?.region },
  });
  if (recipient) await findTestNumber(verification.testNumbers, caller, recipient.phoneNumber);
  const pageId = randomId(PAGE_ID_BYTES);
  const createdAt = verification.now();
  const expiresAt = addSeconds(createdAt, PAGE_SECONDS);
  await pages.add({
    ...{ pageId, accountId: caller.accountId, creator: toCreator(caller) },
    ...request,
    phoneNumber: recipient?.phoneNumber ?? '',
    isNumberFixed: recipient !== undefined,
    ...{ expiresAt, createdAt },
  });
  const token = links.tokenOf(pageId);
  return { pageId, token, expiresAt, expiresInSeconds: PAGE_SECONDS };
}

function toCreator({ principal, mode, restrictions }: Caller): PageCreator {
  const { kind, id, lineageId } = principal;
  const { sessions, purposes, regions, sendsPerHour, sendPot } = restrictions;
  return {
    principal: { kind, id, ...(lineageId !== undefined && { lineageId }) },
    mode,
    restrictions: { sessions, purposes, regions, sendsPerHour, sendPot },
  };
}
