import { isDomain } from '../links.ts';

/** What an operator has declared for an account, so that its messages may contain it although it looks like a link. */
export type SenderSettings = {
  /** Company names, spelled exactly as in requests. */
  readonly companyNames: readonly string[];
  /** Domains that company names and templates may contain, with everything below them. */
  readonly domains: readonly string[];
};

/** Reads the settings from those of an account. What is not valid is left out. */
export function toSenderSettings(settings: Readonly<Record<string, unknown>> = {}): SenderSettings {
  return {
    companyNames: toTexts(settings['companyNames']),
    domains: toTexts(settings['domains']).filter(isDomain),
  };
}

function toTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
