import { domainToASCII } from 'node:url';
import { nameCharacters } from './named-characters.ts';
import { foldEmailAddress } from './typed-text.ts';

const LONGEST = 254;
const LONGEST_LOCAL_PART = 64;

/** The longest text that is read as an address: other spellings are longer than the address itself. */
export const LONGEST_WRITTEN_EMAIL = 320;

/** HTML's definition of a valid email address, so that browser forms and this check agree. */
const EMAIL =
  /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;
const NOT_LOCAL = /[^a-z0-9.!#$%&'*+/=?^_`{|}~-]/u;

/** A domain in the public Internet: it has a dot, and no IP address. */
const HAS_TOP_LEVEL = /\.(?=[a-z0-9-]*[a-z])[a-z0-9-]{2,}$/;

const ASCII_ONLY = /^\p{ASCII}*$/u;
const NOT_IN_DOMAIN = /(?![a-z0-9.-])\p{ASCII}/iu;

/** Zero-width joiners, which the spelling of some domains needs. */
const JOINERS = /[\u200c\u200d]/g;

/**
 * Normalises an address as people type it: without blanks around it and invisible characters, in lower case,
 * with the domain in ASCII. Addresses that differ only in this are one recipient or user; a tag after `+` is a
 * difference. Other wrong characters are kept.
 */
export function toEmailAddress(text: string): string {
  const written = foldEmailAddress(text);
  const at = written.lastIndexOf('@');
  if (at < 0) return toLower(written);
  const local = written.slice(0, at).replace(JOINERS, '');
  return `${toLower(local)}@${toDomain(written.slice(at + 1))}`;
}

/** Whether `text` is an address as `toEmailAddress` returns it. */
export function isEmailAddress(text: string): boolean {
  return (
    text.length <= LONGEST && localPartOf(text).length <= LONGEST_LOCAL_PART && EMAIL.test(text)
  );
}

/** IDs of WhatsApp, which have a phone number before the `@`. */
const WHATSAPP_ID = /@(?:s\.whatsapp\.net|c\.us|g\.us|lid)$/i;

/** Whether what a person typed is meant as an email address, and not as a phone number. */
export function looksLikeEmail(text: string): boolean {
  return /[@\uff20]/.test(text) && !WHATSAPP_ID.test(text);
}

/**
 * Explains why no code can be sent to a text that `toEmailAddress` returned, for use after the name of its
 * field; undefined if it can.
 */
export function findEmailFault(text: string): string | undefined {
  const local = localPartOf(text);
  const domain = text.slice(local.length + 1);
  if (local === '' || domain === '') return 'must be an email address such as user@example.com';
  if (text.length > LONGEST || local.length > LONGEST_LOCAL_PART) {
    return `must have at most ${LONGEST} characters, and at most ${LONGEST_LOCAL_PART} before the @`;
  }
  const refused = [...local].filter((character) => NOT_LOCAL.test(character));
  if (refused.length > 0) return `must not contain ${nameCharacters(refused)} before the @`;
  const isValid = isEmailAddress(text) && HAS_TOP_LEVEL.test(domain);
  return isValid ? undefined : 'must have a domain such as example.com after the @';
}

/** The part before the `@`. */
export function localPartOf(email: string): string {
  return email.slice(0, Math.max(0, email.indexOf('@')));
}

/** The address without a tag: mail to `ann+shop@example.com` arrives at `ann@example.com`. */
export function mailboxOf(email: string): string {
  const local = localPartOf(email);
  return local.replace(/(?<=.)\+.*$/, '') + email.slice(local.length);
}

/**
 * The address with most of it hidden, for responses and logs: `a•••@example.com`. No address has the
 * character `•`, so it cannot be taken for one.
 */
export function maskEmailAddress(email: string): string {
  return `${email.slice(0, 1)}•••${email.slice(email.indexOf('@'))}`;
}

/** A domain in lower case and in ASCII, without the dot of the root; unchanged if it is none. */
function toDomain(text: string): string {
  if (NOT_IN_DOMAIN.test(text)) return text;
  const ascii = ASCII_ONLY.test(text) ? toLower(text) : domainToASCII(text) || text;
  return ascii.replace(/\.$/, '');
}

/** Other letters are kept: the lower case of some is in ASCII, but they belong to no address. */
function toLower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
