import type { PageCreator } from '../../../domain/verification/page.ts';
import { boolean, json, nullable, primaryKey, string, text, time } from '../../columns.ts';
import { table } from '../../table.ts';

/** A link to a hosted page on which a user verifies a number. */
export class VerificationPage extends table('verification_pages', {
  pageId: primaryKey(string(64)),
  accountId: string(36),
  creator: json<PageCreator>(),
  // Empty until it is known.
  phoneNumber: string(254),
  // Whether the number came with the request, so that the user cannot change it.
  isNumberFixed: boolean,
  purpose: string(32),
  companyName: nullable(string(255)),
  locale: nullable(string(35)),
  returnUrl: nullable(text),
  openerOrigin: nullable(string(255)),
  // The browser that uses it: the first one that submits a form.
  browserDigest: nullable(string(64)),
  verificationId: nullable(string(64)),
  resendAt: nullable(time),
  // What the user sends to verify by a message.
  sealedInvitation: nullable(text),
  verifiedAt: nullable(time),
  expiresAt: time,
  createdAt: time,
  updatedAt: time,
}) {}
