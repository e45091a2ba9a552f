import type { SenderSettings } from '../delivery/sender-settings.ts';
import { findForeignLink, looksLikeLink } from '../links.ts';
import { nameCharacters } from '../named-characters.ts';
import { invalidField } from '../refusal.ts';

const LONGEST = 60;

/**
 * One emoji of any number of characters; only the `v` flag supports this. Phones also add a variation
 * selector after emoji that need none.
 */
const ONE_EMOJI = '(?:\\p{RGI_Emoji}|\\p{Extended_Pictographic})\\ufe0f?';
const EMOJI = new RegExp(ONE_EMOJI, 'gv');

/** Keycap emoji read as digits, and as the asterisk that makes text bold. */
const KEYCAP = /\u20e3/u;

/**
 * Joiners that spelling requires, between letters of Arabic script and of the scripts of South Asia.
 * Elsewhere they are invisible characters.
 */
const JOINED =
  /(?<=[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gujarati}\p{Script=Gurmukhi}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Oriya}\p{Script=Sinhala}\p{Script=Tamil}\p{Script=Telugu}])[\u200c\u200d](?=\p{L})/gu;

/** Letters, digits and the punctuation of names: no markup, placeholders or line breaks. */
const NAME_CHARACTER = /[\p{L}\p{N}\p{M} \u00a0\u3000.,&＆'’‘´!?¿¡·•・–—‐‑()（）「」«»+/|№ºª׳״-]/u;

/** What a name may begin with. */
const BEGINNING = /^[\p{L}\p{N}'’‘(（¿¡「«]/u;

/** Invisible characters, including variation selectors, which Unicode counts as marks of a letter. */
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/u;

/** Punctuation that a name must not end with. */
const UNFINISHED = /[ \u00a0\u3000,&＆/|–—‐‑-]$/u;

/** Two marks on one letter are spelling; more would cover the lines above. */
const STACKED_MARKS = /\p{M}{3,}/u;

/**
 * As many digits as a code has, with anything but letters between them: a reader could mistake them for
 * the code. Letters that look like a dash, a dot or a stroke count as such.
 */
const LIKE_A_CODE =
  /\p{N}(?:(?:[^\p{L}\p{N}]|[\p{Lm}ªº\u01c0-\u01c3\u3161\u318d\u4e00])*\p{N}){5}/u;

/**
 * Whether `text` may appear in a message as the sender's name: 1 to 60 characters of plain text. Does not
 * check whether it looks like a link.
 */
export function isPlainName(text: string): boolean {
  return findNameFault(text) === undefined;
}

/** Returns why `text` is not a plain name, such as `must not contain "%"`. */
function findNameFault(text: string): string | undefined {
  if (text.length < 1 || [...text].length > LONGEST) return `must have 1 to ${LONGEST} characters`;
  if (text.trim() !== text) return 'must not begin or end with a blank';
  if (KEYCAP.test(text)) return 'must not contain keycap emoji';
  // Emoji are not letters: the rest must be a name.
  const spelled = text.replace(EMOJI, '').replace(JOINED, '');
  if (LIKE_A_CODE.test(spelled)) return 'must not contain digits that look like a code';
  const name = text === spelled ? spelled : spelled.trim();
  return findCharacterFault(name) ?? findSpellingFault(name);
}

function findCharacterFault(name: string): string | undefined {
  const refused = [...name].filter(
    (character) => !NAME_CHARACTER.test(character) || INVISIBLE.test(character),
  );
  return refused.length > 0 ? `must not contain ${nameCharacters(refused)}` : undefined;
}

function findSpellingFault(name: string): string | undefined {
  if (!/[\p{L}\p{N}]/u.test(name)) return 'must contain a letter or a digit';
  if (!BEGINNING.test(name)) return `must not begin with ${nameCharacters([...name].slice(0, 1))}`;
  if (UNFINISHED.test(name)) return `must not end with ${nameCharacters([...name].slice(-1))}`;
  if (STACKED_MARKS.test(name.normalize('NFD'))) return 'must not have three marks on one letter';
  return undefined;
}

/**
 * Reads the sender's name from a request. A name that looks like a link is accepted only if it is declared:
 * exactly this name, or the domain that it contains.
 * @throws {AppError} `validation_failed`
 */
export function readCompanyName(
  text: string | undefined,
  { companyNames, domains }: SenderSettings,
): string | undefined {
  if (text === undefined) return undefined;
  const name = text.normalize('NFC');
  const fault = findNameFault(name);
  if (fault !== undefined) throw invalidField('companyName', fault);
  if (!looksLikeLink(name) || companyNames.includes(name)) return name;
  if (findForeignLink(name, domains) === undefined) return name;
  throw invalidField(
    'companyName',
    'looks like a link. If this is your name, ask the operator to declare it for your account, spelled exactly like this',
  );
}
