import type { Principal } from '../access/caller.ts';
import type { KeyMode, KeyRestrictions } from '../access/permissions.ts';

/** Whose limits and restrictions apply on a hosted page: those of the credential that created it. */
export type PageCreator = {
  readonly principal: Omit<Principal, 'loginId'>;
  readonly mode: KeyMode;
  readonly restrictions: Pick<
    KeyRestrictions,
    'sessions' | 'purposes' | 'regions' | 'sendsPerHour' | 'sendPot'
  >;
};

/** How long the link to a hosted page works, in seconds. */
export const PAGE_SECONDS = 600;

/** Whether a page may return to a URL: its origin is one of `origins`, and it has no credentials. */
export function isReturnUrl(text: string, origins: readonly string[]): boolean {
  if (!URL.canParse(text)) return false;
  const { origin, username, password } = new URL(text);
  return origins.includes(origin) && username === '' && password === '';
}

/** The URL to which a page returns with its result. */
export function toReturnUrl(returnUrl: string, result: Readonly<Record<string, string>>): string {
  const url = new URL(returnUrl);
  for (const [name, value] of Object.entries(result)) url.searchParams.set(name, value);
  return url.href;
}
