import { isEmailAddress, mailboxOf, maskEmailAddress } from './email-address.ts';
import { maskPhoneNumber, numberPrefix } from './phone-number/phone-number.ts';

const recipientKinds = ['phone', 'email'] as const;
export type RecipientKind = (typeof recipientKinds)[number];

/** The kind of a recipient: only email addresses have an `@`. */
export function recipientKindOf(recipient: string): RecipientKind {
  return recipient.includes('@') ? 'email' : 'phone';
}

/** Whether a recipient, in the form in which it is stored, is an email address. */
export function isEmailRecipient(recipient: string): boolean {
  return recipientKindOf(recipient) === 'email';
}

/** How many of the last digits of a number `maskPhoneNumber` shows, and the log of codes can be searched by. */
export const LAST_DIGITS = 4;

/** The last digits of a number, by which support finds it; empty for an email address, or if there is none. */
export function lastDigitsOf(recipient: string): string {
  return isEmailRecipient(recipient) ? '' : recipient.slice(-LAST_DIGITS);
}

/** What sentences for people call a recipient. */
export function nounOf(recipient: string): 'number' | 'address' {
  return isEmailRecipient(recipient) ? 'address' : 'number';
}

/** A recipient with most of it hidden, for responses and logs. */
export function maskRecipient(recipient: string): string {
  if (recipient === '') return '';
  return isEmailRecipient(recipient) ? maskEmailAddress(recipient) : maskPhoneNumber(recipient);
}

/**
 * The subject of the limits on sends to similar recipients: the first eight digits of a number, or the mailbox of
 * an address. Everyone can make addresses that differ in a tag, and all mail to them arrives at one person.
 */
export function sendGroupOf(recipient: string): string {
  return isEmailRecipient(recipient) ? `mailbox:${mailboxOf(recipient)}` : numberPrefix(recipient);
}

/** Finds the recipient in the subject of a limit, alone or before a purpose; undefined if it has none. */
export function findRecipient(subject: string): string | undefined {
  // The part of an address before the @ may have a stroke.
  const end = subject.indexOf('|', subject.indexOf('@') + 1);
  const name = end < 0 ? subject : subject.slice(0, end);
  return /^\+\d+$/.test(name) || isEmailAddress(name) ? name : undefined;
}
