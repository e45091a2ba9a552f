import { isolateName } from '../../../domain/delivery/isolate-name.ts';
import {
  isLanguage,
  type Language,
  type Locale,
  localeOfRegion,
  localesOfRegion,
  widen,
} from '../../../domain/delivery/locale.ts';
import {
  fillTemplate,
  findTemplate,
  type MessageTemplate,
  widenChannel,
} from '../../../domain/delivery/message-template.ts';
import { createTtlCache } from '../../../lib/concurrency/ttl-cache.ts';
import type { Logger } from '../../../lib/logger.ts';
import { rememberResults } from '../../../lib/recent-entries.ts';
import type { TemplateStore } from '../../../storage/delivery/template-store.ts';
import { type Amounts, builtInTexts } from './built-in-texts.ts';

/** What writing texts needs. */
export type TextContext = {
  /** A cache of the templates by account. */
  readonly knownTemplates: ReturnType<typeof createKnownTemplates>;
  readonly knownLocales: ReturnType<typeof createKnownLocales>;
  readonly logger: Logger;
};

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

/** How many tags, regions and languages are remembered. */
const MOST_LOCALES = 1000;

export function createTextContext(
  templates: Pick<TemplateStore, 'listAll'>,
  logger: Logger,
): TextContext {
  return {
    knownTemplates: createKnownTemplates(templates),
    knownLocales: createKnownLocales(),
    logger,
  };
}

/** Caches the templates of accounts, because every send needs them. */
function createKnownTemplates({ listAll }: Pick<TemplateStore, 'listAll'>) {
  return createTtlCache<readonly MessageTemplate[]>(listAll, { keepMs: TEMPLATE_CACHE_MS });
}

/** Remembers what `Intl` says about locales, because it takes a tenth of a millisecond to say it. */
function createKnownLocales() {
  return {
    widen: rememberResults(widen, MOST_LOCALES),
    ofRegion: rememberResults(localesOfRegion, MOST_LOCALES),
    pluralsOf: rememberResults((locale) => new Intl.PluralRules(locale), MOST_LOCALES),
  };
}

/**
 * Writes the message to a recipient on one channel: with the account's template or, if there is none, with
 * the built-in text. If the templates cannot be read, the code is still sent.
 */
export async function writeText(
  ctx: TextContext,
  facts: MessageFacts,
  channel: string,
): Promise<string> {
  const all = await ctx.knownTemplates.recall(facts.accountId).catch((err: unknown) => {
    ctx.logger.error({ err }, 'message templates could not be read; the built-in text is sent');
    return undefined;
  });
  const fitting = widenChannel(channel);
  const templates = (all ?? []).filter((one) => fitting.includes(one.channel));
  const { locales, language } = chooseLocales(ctx, facts, templates);
  const template = findTemplate(templates, channel, locales);
  if (template) return fillTemplate(template.text, { ...facts, company: facts.companyName });
  return writeMessage(ctx, { ...facts, locale: language });
}

/**
 * Chooses the locale of the request, if there is a text in it, otherwise that of the recipient's region: the locales
 * of templates that fit, and the language of the built-in text.
 */
function chooseLocales(
  { knownLocales }: TextContext,
  { locale, region }: MessageFacts,
  templates: readonly MessageTemplate[],
): { readonly locales: readonly Locale[]; readonly language: Language } {
  const asked = locale === undefined ? [] : knownLocales.widen(locale);
  const language = asked.find(isLanguage);
  const hasText = language !== undefined || templates.some((one) => asked.includes(one.locale));
  return {
    locales: hasText ? asked : knownLocales.ofRegion(region),
    language: language ?? localeOfRegion(region),
  };
}

/** Writes the built-in message, with the code and how long it is valid. */
export function writeMessage(
  ctx: Pick<TextContext, 'knownLocales'>,
  { code, ttlSeconds, companyName, locale }: BuiltInFacts,
): string {
  const { text, sender, minutes, seconds } = builtInTexts[locale];
  const plurals = ctx.knownLocales.pluralsOf(locale);
  const company = companyName && isolateName(text, companyName);
  const isWhole = ttlSeconds % 60 === 0;
  return fill(text, {
    code,
    sender: company ? fill(sender, { company }) : '',
    validity: isWhole
      ? writeAmount(plurals, ttlSeconds / 60, minutes)
      : writeAmount(plurals, ttlSeconds, seconds),
  });
}

function writeAmount(plurals: Intl.PluralRules, n: number, amounts: Amounts): string {
  return fill(amounts[plurals.select(n)] ?? amounts.other, { n: String(n) });
}

/** Replaces each `{name}` in one pass, so that no value is read as a placeholder. */
function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}
