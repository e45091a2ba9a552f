const PLACEHOLDER = /\{\{\w*\}\}/g;
const BEGINS_RIGHT_TO_LEFT =
  /^\P{L}*[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Nko}\p{Script=Syriac}\p{Script=Thaana}]/u;

/** The direction of a template. `dir="auto"` would take that of the placeholders, which are in Latin letters. */
export function directionOf(text: string): 'ltr' | 'rtl' {
  return BEGINS_RIGHT_TO_LEFT.test(text.replaceAll(PLACEHOLDER, '')) ? 'rtl' : 'ltr';
}
