import type { FieldFault } from '../errors.ts';
import { findForeignLink } from '../links.ts';
import { nameCharacters } from '../named-characters.ts';
import { toKind } from './channel-name.ts';
import { isolateName } from './isolate-name.ts';

/** What a template applies to if it applies to all channels, or to all languages without a template. */
export const ANY = '*';

/** The text of an account for one channel and language, or for `*`. */
export type MessageTemplate = {
  readonly channel: string;
  readonly locale: string;
  /** Contains `{{code}}`, and may contain the other placeholders. */
  readonly text: string;
};

/** A template, and when it was created and changed. */
export type StoredTemplate = MessageTemplate & {
  readonly id: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

/** The values of the placeholders. Without a company, the blank before `{{company}}` is also left out. */
export type TemplateValues = {
  readonly code: string;
  readonly company: string | undefined;
  readonly ttlSeconds: number;
};

type Fault = { readonly code: FieldFault; readonly message: string };

const LONGEST_TEMPLATE = 1000;

const PLACEHOLDER = /( ?)\{\{(code|company|minutes)\}\}/g;

/** How placeholders may be typed. */
const TYPED_PLACEHOLDER = /\{\{\s*(code|company|minutes)\s*\}\}/g;

const BRACES = /\{+[^{}]*\}*|\}+/;

/**
 * Characters that have no place in a message: control characters except line breaks, halves of characters,
 * and invisible ones except those that spelling and mixed directions need.
 */
const UNPRINTABLE = /(?![\n\u200c-\u200f\u2066-\u2069])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/gu;

/** Fills a template to find links that only arise from the values. */
const SAMPLE: TemplateValues = { code: '123456', company: 'X', ttlSeconds: 300 };

/** The form in which a template is stored. */
export function toTemplateText(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(TYPED_PLACEHOLDER, '{{$1}}')
    .trim();
}

/** Returns why `text` cannot be a template. Its links must lead to `domains`. */
export function findTemplateFault(text: string, domains: readonly string[]): Fault | undefined {
  if ([...text].length > LONGEST_TEMPLATE) {
    return { code: 'too_long', message: `must have at most ${LONGEST_TEMPLATE} characters` };
  }
  const unprintable = text.match(UNPRINTABLE);
  if (unprintable) {
    const message = `must not contain ${nameCharacters(unprintable)}`;
    return { code: 'control_characters', message };
  }
  return findPlaceholderFault(text) ?? findLinkFault(text, domains);
}

function findPlaceholderFault(text: string): Fault | undefined {
  const [unknown] = BRACES.exec(text.replaceAll(PLACEHOLDER, '')) ?? [];
  if (unknown !== undefined) {
    const message = `has the unknown placeholder ${unknown}. The placeholders are {{code}}, {{company}} and {{minutes}}`;
    return { code: 'invalid_value', message };
  }
  if (text.includes('{{code}}')) return undefined;
  return { code: 'required', message: 'must contain {{code}}' };
}

function findLinkFault(text: string, domains: readonly string[]): Fault | undefined {
  const link = findForeignLink(fillTemplate(text, SAMPLE), domains);
  if (link === undefined) return undefined;
  const message = `contains "${link}", which looks like a link. Only links to domains that an operator has declared for this account are allowed`;
  return { code: 'invalid', message };
}

/** Writes the message of a template. Minutes are rounded down, so that the code lives at least as long. */
export function fillTemplate(text: string, { code, company, ttlSeconds }: TemplateValues): string {
  const values: Readonly<Record<string, string | undefined>> = {
    code,
    company: company && isolateName(text, company),
    minutes: String(Math.max(1, Math.floor(ttlSeconds / 60))),
  };
  return text.replaceAll(PLACEHOLDER, (_, before: string, name: string) => {
    const value = values[name];
    return value === undefined ? '' : before + value;
  });
}

/** The channels whose templates apply to a channel, most specific first. */
export function widenChannel(channel: string): readonly string[] {
  return [channel, toKind(channel), ANY];
}

/** Finds the template for a channel and the locales in order, most specific first. */
export function findTemplate<T extends MessageTemplate>(
  templates: readonly T[],
  channel: string,
  locales: readonly string[],
): T | undefined {
  for (const locale of [...locales, ANY]) {
    const fitting = templates.filter((template) => template.locale === locale);
    const found = widenChannel(channel).map((name) => fitting.find((one) => one.channel === name));
    const first = found.find((one) => one !== undefined);
    if (first) return first;
  }
  return undefined;
}
