/** Extracts the digits of a code, in any script, which the service accepts. Other text is ignored. */
export function digitsOf(text: string): string {
  return text.replaceAll(/\P{Nd}/gu, '');
}

/** The `pattern` of an input: this many digits, with any other characters between and around them. */
export function patternOf(digits: string): string {
  return `(?:\\P{Nd}*\\p{Nd}){${digits}}\\P{Nd}*`;
}
