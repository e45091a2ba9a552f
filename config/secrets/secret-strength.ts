/** Words that people use as a placeholder for a secret. */
const WORDS =
  /change[-_ ]?(me|it|this)|replace[-_ ]?(me|this)|(my|your|super|top)[-_ ]?|secret|password|passwd|passcode|example|sample|default|insecure|placeholder|waverify|production|token|admin|test|dummy|demo|qwert[yz]|uiop|asdf|ghjkl|zxcvb|character|random|string|letmein|api|key|fixme|todo|please|do[-_ ]?not[-_ ]?use/gi;

const LONGEST_STEP = 1;

/**
 * A low estimate of the entropy of a secret in bits: consecutive characters, repeated pairs and
 * common words do not count. Output of a random generator passes by a wide margin.
 */
export function estimateBits(text: string): number {
  const rest = text.replaceAll(WORDS, '\u0000');
  const seen = new Set<string>();
  let fresh = 0;
  for (let i = 0; i < rest.length; i += 1) {
    const pair = rest.slice(i - 1, i + 1);
    const step = i === 0 ? 0 : Math.abs(rest.charCodeAt(i) - rest.charCodeAt(i - 1));
    const isNew = rest[i] !== '\u0000' && step > LONGEST_STEP && !seen.has(pair);
    if (isNew) fresh += 1;
    seen.add(pair);
  }
  return fresh * Math.log2(Math.min(sizeOfAlphabet(text), new Set(rest).size));
}

const CLASSES: readonly (readonly [pattern: RegExp, size: number])[] = [
  [/[0-9]/, 10],
  [/[a-f]/, 6],
  [/[g-z]/, 20],
  [/[A-F]/, 6],
  [/[G-Z]/, 20],
  [/[^0-9A-Za-z]/, 2],
];

function sizeOfAlphabet(text: string): number {
  return CLASSES.reduce((sum, [pattern, size]) => sum + (pattern.test(text) ? size : 0), 0);
}
