import { invalidField } from './refusal.ts';

const LONGEST = 60;

/** One emoji, however many characters it is made of; the flag that knows them is one of strings only. */
const ONE_EMOJI = '\\p{RGI_Emoji}|\\p{Extended_Pictographic}';
const EMOJI = new RegExp(ONE_EMOJI, 'gv');

/** Keys as emoji read as digits, and as the asterisk that makes text bold. */
const KEYCAP = /\u20e3/u;

/**
 * Joiners that spelling asks for: between letters of Arabic script and of the scripts of South Asia.
 * Anywhere else they are invisible.
 */
const JOINED =
  /(?<=[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gujarati}\p{Script=Gurmukhi}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Oriya}\p{Script=Sinhala}\p{Script=Tamil}\p{Script=Telugu}])[\u200c\u200d](?=\p{L})/gu;

/** Letters, digits and the punctuation of names: no markup, placeholders or line breaks. */
const NAME =
  /^[\p{L}\p{N}'’‘(（¿¡「«][\p{L}\p{N}\p{M} \u00a0\u3000.,&＆'’‘´!?¿¡·•・–—‐‑()（）「」«»+/|№ºª׳״-]*$/u;

/** What takes no place on a screen: variation selectors among them, which count as marks of a letter. */
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/u;

/** Marks at the end that leave a name unfinished. */
const UNFINISHED = /[ \u00a0\u3000,&＆/|–—‐‑-]$/u;

/** Two marks on one letter are spelling; more are a smear over the lines above. */
const STACKED_MARKS = /\p{M}{3,}/u;

/** As many digits as a passcode has, in one run or in two halves, read as one beside the true one. */
const LIKE_A_CODE = /\p{N}{6,}|(?<!\p{N})\p{N}{3,5}[ \u00a0\p{Pd}.]\p{N}{3,5}(?!\p{N})/u;

/** `evil.example`, `www.x`, `1.2.3.4`: what a messenger would turn into a link. */
const LINK = /:\/\/|\/\/|www\.|[\p{L}\p{N}\p{M}-]\.(?:\p{L}[\p{L}\p{M}]|xn--)|\d+(?:\.\d+){3}/iu;

/** Marks that browsers and messengers take for the dot of a host name. */
const DOTS = /[\u3002\uff0e\uff61\u2024\ufe52]/gu;

/**
 * Whether `text` is a name that may stand in a message as the sender's: 1 to 60 characters of plain
 * text. Whether it looks like a link is not asked.
 */
export function isPlainName(text: string): boolean {
  const isShort = text.length >= 1 && [...text].length <= LONGEST;
  if (!isShort || KEYCAP.test(text)) return false;
  // An emoji counts for no letter: what is left has to be a name.
  const spelled = text.replace(EMOJI, '').replace(JOINED, '');
  const name = text === spelled ? spelled : spelled.trim();
  return (
    text.trim() === text &&
    NAME.test(name) &&
    /[\p{L}\p{N}]/u.test(name) &&
    !INVISIBLE.test(name) &&
    !UNFINISHED.test(name) &&
    !STACKED_MARKS.test(name.normalize('NFD')) &&
    !LIKE_A_CODE.test(spelled)
  );
}

/** Whether a messenger might show a part of `text` as a link. */
export function looksLikeLink(text: string): boolean {
  return LINK.test(text.normalize('NFKC').replace(DOTS, '.'));
}

/**
 * The name that a request gives to who sends. One that looks like a link is good only where the operator
 * has declared it, exactly as it is.
 * @throws {AppError} `validation_failed`, which says why.
 */
export function readCompanyName(
  text: string | undefined,
  declared: readonly string[],
): string | undefined {
  if (text === undefined) return undefined;
  const name = text.normalize('NFC');
  if (!isPlainName(name)) {
    throw invalidField(
      'companyName',
      'must be a plain name of 1 to 60 characters, without markup, invisible characters or a run of digits that looks like a code',
    );
  }
  if (!looksLikeLink(name) || declared.includes(name)) return name;
  throw invalidField(
    'companyName',
    'looks like a link. If it is your name, have it declared in COMPANY_NAMES_WITH_LINKS, spelled exactly so',
  );
}
