/** Letters, digits and the punctuation of names: no markup, placeholders, links or line breaks. */
const NAME = /^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M} .,&'’()+/-]*[\p{L}\p{N}\p{M}.)+])?$/u;

/** `evil.example`, `www.x`: what a messenger would turn into a link. */
const LINK = /:\/\/|\/\/|www\.|[\p{L}\p{N}-]\.\p{L}{2,}/iu;

/** Two marks on one letter are spelling; more are a smear over the lines above. */
const STACKED_MARKS = /\p{M}{3,}/u;

/** Four digits in a row read as a passcode next to the true one. */
const DIGIT_RUN = /\p{N}{4,}/u;

/** Whether `text` may stand in a message as the sender's name: 1 to 60 characters of plain text. */
export function isCompanyName(text: string): boolean {
  const isShort = text.length >= 1 && [...text].length <= 60;
  return (
    isShort &&
    NAME.test(text) &&
    !LINK.test(text) &&
    !STACKED_MARKS.test(text.normalize('NFD')) &&
    !DIGIT_RUN.test(text)
  );
}
