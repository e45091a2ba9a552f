/** The digits of a code, in whatever script: the service reads them all. Text around them may be pasted too. */
export function digitsOf(text: string): string {
  return text.replaceAll(/\P{Nd}/gu, '');
}

/** For an input's `pattern`: so many digits, whatever stands between and around them. */
export function patternOf(digits: string): string {
  return `(?:\\P{Nd}*\\p{Nd}){${digits}}\\P{Nd}*`;
}
