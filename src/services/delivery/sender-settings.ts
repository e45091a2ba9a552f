import type { Caller } from '../../domain/access/caller.ts';
import { type SenderSettings, toSenderSettings } from '../../domain/delivery/sender-settings.ts';
import { AppError } from '../../domain/errors.ts';
import { looksLikeLink } from '../../domain/links.ts';
import { readCompanyName } from '../../domain/verification/company-name.ts';
import { createTtlCache } from '../../lib/concurrency/ttl-cache.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { AccountStore } from '../../storage/access/account-store.ts';
import type { ActivityService } from '../activity/activity-service.ts';

/** What reading and changing the sender settings of accounts needs. Built once, by the composition root. */
export type SenderContext = {
  readonly accounts: Pick<AccountStore, 'findSettings' | 'updateSettings'>;
  /** A cache of the settings by account. */
  readonly knownSettings: ReturnType<typeof createKnownSettings>;
  /** Names that look like links and are allowed in all accounts. */
  readonly namesOfAll: readonly string[];
  readonly activity: ActivityService;
  readonly now: Clock;
};

/** How long a node caches the settings of an account. A change on another node takes effect within this time. */
const SETTINGS_CACHE_MS = 5000;

/** How often a change is tried while others change the same account. */
const MOST_TRIES = 5;

const LONGEST_DETAILS = 200;

export function createKnownSettings({ findSettings }: Pick<AccountStore, 'findSettings'>) {
  return createTtlCache(
    async (accountId: string) => toSenderSettings(await findSettings(accountId)),
    { keepMs: SETTINGS_CACHE_MS },
  );
}

/**
 * Reads the company name of a request. Only a name that looks like a link needs the settings of the account.
 * @throws {AppError} `validation_failed`
 */
export async function readSenderName(
  ctx: SenderContext,
  { accountId }: Pick<Caller, 'accountId'>,
  text: string | undefined,
): Promise<string | undefined> {
  const isPlain = text === undefined || !looksLikeLink(text);
  const own = isPlain ? undefined : await ctx.knownSettings.recall(accountId);
  const { companyNames = [], domains = [] } = own ?? {};
  return readCompanyName(text, { companyNames: [...ctx.namesOfAll, ...companyNames], domains });
}

/** The domains to which messages of an account may link. */
export async function listLinkDomains(
  { knownSettings }: SenderContext,
  accountId: string,
): Promise<readonly string[]> {
  return (await knownSettings.recall(accountId))?.domains ?? [];
}

/** @throws {AppError} `not_found` if there is no such account. */
export async function getSenderSettings(
  { accounts }: SenderContext,
  accountId: string,
): Promise<SenderSettings> {
  const settings = await accounts.findSettings(accountId);
  if (!settings) throw noSuchAccount();
  return toSenderSettings(settings);
}

/** Replaces the sender settings of an account. @throws {AppError} `not_found`; `overloaded`. */
export async function saveSenderSettings(
  ctx: SenderContext,
  caller: Caller,
  accountId: string,
  { companyNames, domains }: SenderSettings,
): Promise<SenderSettings> {
  const changes = { companyNames: [...new Set(companyNames)], domains: [...new Set(domains)] };
  await getSenderSettings(ctx, accountId);
  await ctx.activity.audit(
    { ...caller, accountId },
    {
      action: 'sender_change',
      status: 'success',
      details: [...changes.companyNames, ...changes.domains].join(', ').slice(0, LONGEST_DETAILS),
    },
  );
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const isChanged = await ctx.accounts.updateSettings(accountId, changes, ctx.now());
    ctx.knownSettings.forget(accountId);
    if (isChanged) return changes;
  }
  throw new AppError('overloaded', 'Other requests are changing this account. Try again.');
}

function noSuchAccount(): AppError {
  return new AppError('not_found', 'No such account');
}
