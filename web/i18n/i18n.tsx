import { type ComponentChildren, createContext } from 'preact';
import { useContext, useEffect, useMemo, useState } from 'preact/hooks';
import type { Failure } from '../lib/failure.ts';
import { en, type Word, type Words } from './en.ts';
import { createFormats, type Formats } from './formats.ts';
import { id } from './id.ts';
import { isWord, translateName } from './translate-name.ts';

const locales = ['en', 'id'] as const;
export type Locale = (typeof locales)[number];

type Values = Readonly<Record<string, string | number>>;
type Say = (word: Word, values?: Values) => string;

type Speech = {
  readonly locale: Locale;
  readonly setLocale: (locale: Locale) => void;
  readonly t: Say;
  /** Translates a name of the API. Returns the name itself if there is no translation. */
  readonly name: (kind: string, value: string | null | undefined) => string;
  readonly failure: (failure: Failure) => string;
  readonly format: Formats;
};

const PLACE = 'waverify.language';
const dictionaries: Readonly<Record<Locale, Words>> = { en, id };
const SpeechContext = createContext<Speech | undefined>(undefined);

/** Provides the language and the function to change it. */
export function WordsProvider({ children }: { readonly children: ComponentChildren }) {
  const [locale, setLocale] = useState<Locale>(readLocale);
  useEffect(() => {
    localStorage.setItem(PLACE, locale);
    document.documentElement.lang = locale;
  }, [locale]);
  const speech = useMemo(() => createSpeech(locale, setLocale), [locale]);
  return <SpeechContext.Provider value={speech}>{children}</SpeechContext.Provider>;
}

export function useWords(): Speech {
  const speech = useContext(SpeechContext);
  if (!speech) throw new Error('useWords needs a WordsProvider');
  return speech;
}

function createSpeech(locale: Locale, setLocale: (locale: Locale) => void): Speech {
  const words = dictionaries[locale];
  const format = createFormats(locale);
  const t: Say = (word, values = {}) =>
    words[word].replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
  const name: Speech['name'] = (kind, value) => translateName(words, kind, value);
  return { locale, setLocale, t, name, format, failure: (one) => explain(one, { t, format }) };
}

type Ways = Pick<Speech, 't' | 'format'>;

/** Explains a failure to the user. Without a translation, it uses the message of the API. */
function explain({ code, field, retryAfter, message }: Failure, { t, format }: Ways): string {
  if (code === 'otp_locked' && retryAfter === undefined) return t('error.otp_locked.forever');
  // A new password has the faults of a password.
  const problem = `problem.${field?.replace(/^newPassword[.]/, 'password.')}`;
  const word = [`error.${code}`, problem].find(isWord);
  if (!word) return message || t('error.internal_error');
  return t(word, { wait: format.wait(retryAfter ?? 1) });
}

function readLocale(): Locale {
  const wanted = [localStorage.getItem(PLACE) ?? '', ...navigator.languages];
  const found = wanted.map((tag) => locales.find((one) => tag.toLowerCase().startsWith(one)));
  return found.find((locale) => locale !== undefined) ?? 'en';
}
