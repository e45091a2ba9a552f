import { isolateName } from '../../../domain/delivery/isolate-name.ts';
import {
  findLanguage,
  type Language,
  type Locale,
  localeOfRegion,
  localesOfRegion,
  widen,
} from '../../../domain/delivery/locale.ts';
import {
  ANY,
  fillTemplate,
  findTemplate,
  type MessageTemplate,
} from '../../../domain/delivery/message-template.ts';
import { createTtlCache } from '../../../lib/concurrency/ttl-cache.ts';
import type { Logger } from '../../../lib/logger.ts';
import type { TemplateStore } from '../../../storage/delivery/template-store.ts';
import { type Amounts, builtInTexts } from './built-in-texts.ts';

/** What writing the text of a message needs. */
type TextContext = {
  readonly knownTemplates: KnownTemplates;
  readonly logger: Logger;
};

export type KnownTemplates = ReturnType<typeof createKnownTemplates>;

/** What a text depends on, besides the channel. */
export type MessageFacts = {
  /** The account whose templates apply. */
  readonly accountId: string;
  /** The region of the recipient, whose language applies if there is no text in `locale`. */
  readonly region: string;
  readonly locale: Locale | undefined;
  readonly code: string;
  readonly ttlSeconds: number;
  readonly companyName: string | undefined;
};

type BuiltInFacts = Pick<MessageFacts, 'code' | 'ttlSeconds' | 'companyName'> & {
  readonly locale: Language;
};

/** How long a node caches the templates of an account. A change on another node takes effect within this time. */
const TEMPLATE_CACHE_MS = 5000;

/** Caches the templates of accounts, because every send needs them. */
export function createKnownTemplates({ listAll }: Pick<TemplateStore, 'listAll'>) {
  return createTtlCache<readonly MessageTemplate[]>(listAll, { keepMs: TEMPLATE_CACHE_MS });
}

/**
 * Writes the message to a recipient on one channel: with the account's template or, if there is none, with
 * the built-in text. If the templates cannot be read, the code is still sent.
 */
export async function writeText(
  { knownTemplates, logger }: TextContext,
  facts: MessageFacts,
  channel: string,
): Promise<string> {
  const all = await knownTemplates.recall(facts.accountId).catch((err: unknown) => {
    logger.error({ err }, 'message templates could not be read; the built-in text is sent');
    return undefined;
  });
  const templates = (all ?? []).filter((one) => one.channel === channel || one.channel === ANY);
  const locales = chooseLocales(facts, templates);
  const template = findTemplate(templates, channel, locales);
  if (template) return fillTemplate(template.text, { ...facts, company: facts.companyName });
  const locale = locales.map(findLanguage).find((language) => language !== undefined);
  return writeMessage({ ...facts, locale: locale ?? localeOfRegion(facts.region) });
}

/** The locales of the request, if there is a text in one of them; otherwise those of the recipient's region. */
function chooseLocales(
  { locale, region }: MessageFacts,
  templates: readonly MessageTemplate[],
): readonly Locale[] {
  if (locale === undefined) return localesOfRegion(region);
  const asked = widen(locale);
  const hasText =
    findLanguage(locale) !== undefined || templates.some((one) => asked.includes(one.locale));
  return hasText ? asked : localesOfRegion(region);
}

/** Writes the built-in message, with the code and how long it is valid. */
export function writeMessage({ code, ttlSeconds, companyName, locale }: BuiltInFacts): string {
  const { text, sender, minutes, seconds } = builtInTexts[locale];
  const company = companyName && isolateName(text, companyName);
  return fill(text, {
    code,
    sender: company ? fill(sender, { company }) : '',
    validity:
      ttlSeconds % 60 === 0
        ? writeAmount(locale, ttlSeconds / 60, minutes)
        : writeAmount(locale, ttlSeconds, seconds),
  });
}

function writeAmount(locale: Language, n: number, amounts: Amounts): string {
  const category = new Intl.PluralRules(locale).select(n);
  return fill(amounts[category] ?? amounts.other, { n: String(n) });
}

/** Replaces each `{name}` in one pass, so that no value is read as a placeholder. */
function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}
