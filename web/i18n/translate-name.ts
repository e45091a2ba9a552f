import { en, type Word, type Words } from './en.ts';

/** Translates a name of the API. Returns the name itself if there is no translation. */
export function translateName(
  words: Words,
  kind: string,
  value: string | null | undefined,
): string {
  const word = `${kind}.${value}`;
  if (isWord(word)) return words[word];
  // A channel with a label, such as twilio:us.
  const [, unlabelled, label] = /^(.+?):(.+)$/.exec(value ?? '') ?? [];
  const ofKind = `${kind}.${unlabelled}`;
  return isWord(ofKind) ? `${words[ofKind]}: ${label}` : (value ?? '');
}

export function isWord(text: string): text is Word {
  return Object.hasOwn(en, text);
}
