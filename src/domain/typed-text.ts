/**
 * Normalises what people type, paste or let their phone fill in. This happens before anything is checked,
 * compared or counted: a correct code is correct with every keyboard.
 */

/** Characters that are invisible or blank. Copying from contacts, chats and web pages adds them. */
const WHITE_SPACE = /\p{White_Space}/gu;
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** Everything that looks like a hyphen: dashes, minus signs, the hyphen bullet, the long vowel mark of kana. */
const DASH = /[\p{Pd}\u02d7\u2043\u207b\u208b\u2212\u2796\u30fc\uff70]/gu;

const DECIMAL_DIGIT = /\p{Nd}/u;

/** Full-width forms of ASCII, which East Asian keyboards type. */
const WIDE_ASCII = /[\uff01-\uff5e]/gu;
const WIDE_DISTANCE = 0xfee0;

/** Everything invisible except the zero-width joiners, which the spelling of some domains needs. */
const INVISIBLE_IN_EMAIL = /(?![\u200c\u200d])[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** What links and lists of contacts have around an address. */
const AROUND_EMAIL = /^(?:mailto:|<)+|>$/gi;

/** Characters that messages and people put around a code to set it off from the text. */
const AROUND_CODE =
  /^[\p{Ps}\p{Pe}\p{Pi}\p{Pf}"'`*<>\uff0a\uff02\uff07]+|[\p{Ps}\p{Pe}\p{Pi}\p{Pf}"'`*<>\uff0a\uff02\uff07]+$/gu;

/** The full stops of ASCII, Chinese, Japanese, Devanagari, Urdu, Armenian and Ethiopic. */
const FULL_STOP = /[.\u3002\uff0e\uff61\u0964\u06d4\u0589\u1362]$/u;

/** Full-width forms of the characters that people write between the digits of a phone number. */
const WIDE_MARKS: Readonly<Record<string, string>> = {
  '\uff0b': '+',
  '\ufe62': '+',
  '\uff08': '(',
  '\uff09': ')',
  '\uff0e': '.',
  '\uff1b': ';',
  '\uff1d': '=',
  '\uff1a': ':',
};
const WIDE_MARK = new RegExp(`[${Object.keys(WIDE_MARKS).join('')}]`, 'gu');

/**
 * Converts the decimal digits of every script to 0 to 9. Unicode keeps each set of ten in order and without
 * gaps, so the distance from the first digit is the value (section 4.6: only sets of mathematical
 * digits are adjacent, and those begin at a multiple of ten).
 */
function foldDigits(text: string): string {
  return text.replace(/(?![0-9])\p{Nd}/gu, (digit) => {
    const point = digit.codePointAt(0) ?? 0;
    let first = point;
    while (DECIMAL_DIGIT.test(String.fromCodePoint(first - 1))) first -= 1;
    return String((point - first) % 10);
  });
}

/**
 * Normalises a code: removes white space, invisible characters and dashes, and the quotes, brackets,
 * asterisks and full stop around it, and converts digits to 0 to 9. Other wrong characters are kept.
 */
export function foldCode(text: string): string {
  const dense = text.replace(WHITE_SPACE, '').replace(INVISIBLE, '').replace(DASH, '');
  const bare = dense.replace(AROUND_CODE, '').replace(FULL_STOP, '').replace(AROUND_CODE, '');
  return foldDigits(bare);
}

/**
 * Normalises a phone number to ASCII blanks, hyphens, digits and punctuation, without invisible characters.
 * Other wrong characters are kept.
 */
export function foldPhoneNumber(text: string): string {
  const plain = text.replace(INVISIBLE, '').replace(WHITE_SPACE, ' ').replace(DASH, '-');
  const narrow = plain.replace(WIDE_MARK, (mark) => WIDE_MARKS[mark] ?? mark);
  return foldDigits(narrow).trim();
}

/**
 * Normalises an email address: removes invisible characters and what is around the address, and converts full-width
 * characters to ASCII. Other wrong characters are kept.
 */
export function foldEmailAddress(text: string): string {
  const visible = text.replace(INVISIBLE_IN_EMAIL, '').replace(WIDE_ASCII, (character) => {
    return String.fromCodePoint((character.codePointAt(0) ?? 0) - WIDE_DISTANCE);
  });
  return visible.trim().replace(AROUND_EMAIL, '').trim();
}
