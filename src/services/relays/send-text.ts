import type { Caller } from '../../domain/access/caller.ts';
import { AppError } from '../../domain/errors.ts';
import { findCodeIn, LONGEST_TEXT } from '../../domain/hooks/hook.ts';
import { findForeignLink } from '../../domain/links.ts';
import type { Recipient } from '../../domain/phone-number/phone-number.ts';
import { invalidField } from '../../domain/refusal.ts';
import type { LoggedDelivery } from '../../storage/activity/log-entry.ts';
import type { LogStore } from '../../storage/activity/log-store.ts';
import type { RelayRow } from '../../storage/hooks/relay-store.ts';
import type { RelayContext } from './context.ts';
import { type Relayed, relayMessage } from './relay-service.ts';

/** What sending texts of callers needs, besides what relaying does. */
export type TextRelayContext = {
  readonly relays: RelayContext;
  readonly logs: Pick<LogStore, 'listDeliveries'>;
  /** The domains to which messages of an account may link. */
  readonly listLinkDomains: (accountId: string) => Promise<readonly string[]>;
};

/** A text with a code that the caller owns. */
export type OwnText = {
  readonly recipient: Recipient;
  readonly text: string;
  /** What makes two requests the same one; undefined if each is a new one. */
  readonly idempotencyKey: string | undefined;
};

/** A relayed message, and the latest attempt to deliver it. */
export type RelayedText = RelayRow & { readonly latest: LoggedDelivery | undefined };

const PURPOSE = 'message';
const TTL_SECONDS = 600;
const KEY_SECONDS = 86_400;

/**
 * Sends a text of the caller that contains a code of 4 to 10 digits.
 * @throws {AppError} `validation_failed` for a text without a code, of more than 320 characters, or with a link to a domain
 * that the account does not name; otherwise as `relayMessage`.
 */
export async function sendOwnText(
  { relays, listLinkDomains }: TextRelayContext,
  caller: Caller,
  { recipient, text, idempotencyKey }: OwnText,
): Promise<Relayed> {
  if (text.length > LONGEST_TEXT) {
    throw invalidField('Body', `must have at most ${LONGEST_TEXT} characters`, 'too_long');
  }
  const link = findForeignLink(text, await listLinkDomains(caller.accountId));
  if (link !== undefined) {
    throw invalidField('Body', 'has a link to a domain that the account does not name', 'conflict');
  }
  const code = findCodeIn(text);
  if (code === undefined) throw invalidField('Body', 'has no code of 4 to 10 digits', 'required');
  const event = idempotencyKey === undefined ? undefined : toEvent(idempotencyKey);
  return relayMessage(relays, {
    ...{ caller, recipient, purpose: PURPOSE, code, text, ttlSeconds: TTL_SECONDS, event },
    ...{ locale: undefined, companyName: undefined, channels: undefined, hookId: undefined },
  });
}

function toEvent(key: string) {
  return { id: `text|${key}`, windowSeconds: KEY_SECONDS };
}

/** @throws {AppError} `not_found`, also for a message of another account, and for one of a hook. */
export async function getOwnText(
  { relays, logs }: TextRelayContext,
  { accountId }: Caller,
  relayId: string,
): Promise<RelayedText> {
  const found = await relays.relays.find(accountId, relayId);
  if (!found || found.hookId !== undefined) throw new AppError('not_found', 'No such message');
  return { ...found, latest: (await logs.listDeliveries([relayId])).at(-1) };
}
