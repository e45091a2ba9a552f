/**
 * What people type, paste and let their phone fill in, in one spelling. It is read before anything is
 * checked, compared or counted: a right code is right whatever keyboard it was typed with.
 */

/** Fills no place on a screen, or only an empty one. Contacts, chats and web pages add these in copying. */
const WHITE_SPACE = /\p{White_Space}/gu;
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** All that looks like a hyphen: dashes, the minus signs, the hyphen bullet, the long vowel mark of kana. */
const DASH = /[\p{Pd}\u02d7\u2043\u207b\u208b\u2212\u2796\u30fc\uff70]/gu;

const DECIMAL_DIGIT = /\p{Nd}/u;

/** What stands around a code where a message or a person sets it off from the text. */
const AROUND_CODE =
  /^[\p{Ps}\p{Pe}\p{Pi}\p{Pf}"'`*<>\uff0a\uff02\uff07]+|[\p{Ps}\p{Pe}\p{Pi}\p{Pf}"'`*<>\uff0a\uff02\uff07]+$/gu;

/** The full stops of ASCII, Chinese, Japanese, Devanagari, Urdu, Armenian and Ethiopic. */
const FULL_STOP = /[.\u3002\uff0e\uff61\u0964\u06d4\u0589\u1362]$/u;

/** Full-width spellings of the marks that people write between the digits of a phone number. */
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
 * Writes the decimal digits of every script as 0 to 9. Unicode keeps each set of ten in order and
 * without a gap, so the distance from where the digits begin tells the value (section 4.6: only sets
 * of mathematical digits stand side by side, and those begin at a multiple of ten).
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
 * A code as it was sent: without white space, invisible characters and dashes, without quotes, brackets,
 * asterisks and a full stop around it, and in digits 0 to 9. Whatever else is wrong stays in it.
 */
export function foldCode(text: string): string {
  const dense = text.replace(WHITE_SPACE, '').replace(INVISIBLE, '').replace(DASH, '');
  const bare = dense.replace(AROUND_CODE, '').replace(FULL_STOP, '').replace(AROUND_CODE, '');
  return foldDigits(bare);
}

/**
 * A phone number with ASCII blanks, hyphens, digits and marks, and nothing invisible in it or around
 * it. Whatever else is wrong stays in it.
 */
export function foldPhoneNumber(text: string): string {
  const plain = text.replace(INVISIBLE, '').replace(WHITE_SPACE, ' ').replace(DASH, '-');
  const narrow = plain.replace(WIDE_MARK, (mark) => WIDE_MARKS[mark] ?? mark);
  return foldDigits(narrow).trim();
}
