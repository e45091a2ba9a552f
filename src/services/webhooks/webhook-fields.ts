import { invalidField } from '../../domain/refusal.ts';
import { findPatternFaults } from '../../domain/webhooks/event-types.ts';
import { toSessionId } from '../../domain/whatsapp/session-id.ts';
import { UrlRefusedError } from '../../lib/guarded-http/target-url.ts';
import type { WebhookChanges } from '../../storage/webhooks/webhook-store.ts';
import type { WebhookContext } from './context.ts';
import { readSecret } from './sign.ts';

/** Undefined leaves a field as it is, NULL empties it. */
export type WebhookEdits = {
  readonly url?: string | undefined;
  readonly events?: readonly string[] | undefined;
  readonly description?: string | null | undefined;
  readonly sessions?: readonly string[] | null | undefined;
  readonly purposes?: readonly string[] | null | undefined;
  readonly fullNumbers?: boolean | undefined;
  readonly isActive?: boolean | undefined;
};

/** How a request calls the fields, for the errors about them. */
export type FieldNames = { readonly url: string; readonly events: string; readonly secret: string };
export const FIELD_NAMES: FieldNames = { url: 'url', events: 'events', secret: 'secret' };

/** Checks what a caller describes, and stores sessions under their IDs. */
export function readEdits(
  { client }: Pick<WebhookContext, 'client'>,
  accountId: string,
  { url, events, description, sessions, purposes }: WebhookEdits,
  names: FieldNames = FIELD_NAMES,
): WebhookChanges {
  return {
    url: url === undefined ? undefined : readUrl(client, url, names.url),
    events: events === undefined ? undefined : readPatterns(events, names.events),
    description,
    sessions: sessions?.map((name) => toSessionId(accountId, name)) ?? sessions,
    purposes,
  };
}

function readUrl({ checkUrl }: WebhookContext['client'], url: string, field: string): string {
  try {
    return checkUrl(url);
  } catch (error) {
    if (error instanceof UrlRefusedError) throw invalidField(field, error.message);
    throw error;
  }
}

function readPatterns(patterns: readonly string[], field: string): readonly string[] {
  const [fault] = findPatternFaults(patterns);
  if (fault) throw invalidField(field, fault.message);
  return [...new Set(patterns)];
}

/** Reads a secret that the receiver already has. @throws {AppError} `validation_failed`. */
export function readGivenSecret(text: string | undefined, field: string): string | undefined {
  if (text === undefined) return undefined;
  const read = readSecret(text);
  if ('fault' in read) throw invalidField(field, read.fault);
  return read.secret;
}
