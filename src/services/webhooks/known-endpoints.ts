import type { NewEvent } from '../../domain/webhooks/event.ts';
import { endpointTypes, matchesPattern } from '../../domain/webhooks/event-types.ts';
import { groupBy } from '../../lib/group-by.ts';
import type { AddressedEvent } from '../../storage/webhooks/event-steps.ts';
import type { StoredWebhook, WebhookStore } from '../../storage/webhooks/webhook-store.ts';

export type KnownEndpoints = ReturnType<typeof createKnownEndpoints>;

type Health = Partial<Pick<StoredWebhook, 'failures' | 'lastSuccessAt'>>;

/**
 * Keeps all endpoints in memory, so that a send does not read whether events of its account are recorded. `refresh`
 * runs every two seconds: within this time, a change on another node takes effect.
 */
export function createKnownEndpoints(webhooks: Pick<WebhookStore, 'version' | 'listAll'>) {
  let byAccount: ReadonlyMap<string, readonly StoredWebhook[]> = new Map();
  let byId = new Map<string, StoredWebhook>();
  let known: string | undefined;
  let refreshing = Promise.resolve();

  /** Reads the endpoints if they have changed. One call after another, so that none brings back an older state. */
  function refresh(): Promise<void> {
    const refreshed = refreshing.then(read);
    refreshing = refreshed.catch(() => {});
    return refreshed;
  }

  async function read(): Promise<void> {
    // Read first: a change in between is read again the next time.
    const version = await webhooks.version();
    if (version === known) return;
    const all = await webhooks.listAll();
    byAccount = groupBy(all, ({ accountId }) => accountId);
    byId = new Map(all.map((one) => [one.webhookId, one]));
    known = version;
  }

  /** Keeps how the pushes of this node to an endpoint went, which is no change that is read again. */
  function noteHealth(webhookId: string, health: Health): void {
    const endpoint = byId.get(webhookId);
    if (endpoint) byId.set(webhookId, { ...endpoint, ...health });
  }

  /** Names the endpoints that an event is pushed to. Those that were created after it do not get it. */
  function address(event: NewEvent): AddressedEvent {
    const endpoints = (byAccount.get(event.accountId) ?? []).filter(
      (one) => one.createdAt <= event.occurredAt && isFor(one, event),
    );
    return { event, webhookIds: endpoints.map(({ webhookId }) => webhookId) };
  }

  return {
    refresh,
    noteHealth,
    address,
    /** Whether events of an account are recorded. */
    isWatched: (accountId: string) => byAccount.has(accountId),
    isAnyKnown: () => byAccount.size > 0,
    find: (webhookId: string) => byId.get(webhookId),
  };
}

/** Whether an endpoint wants an event. */
function isFor(
  { webhookId, events, sessionId, sessions, purposes }: StoredWebhook,
  event: Pick<NewEvent, 'type' | 'subject' | 'sessionId' | 'purpose'>,
): boolean {
  const isAboutEndpoint = endpointTypes.some((type) => type === event.type);
  if (isAboutEndpoint && event.subject === webhookId) return false;
  const wanted = sessionId === undefined ? sessions : [sessionId];
  const isIn = (list: readonly string[] | undefined, value: string | undefined) =>
    !list || value === undefined || list.includes(value);
  return (
    isIn(wanted, event.sessionId) &&
    isIn(purposes, event.purpose) &&
    events.some((pattern) => matchesPattern(pattern, event.type))
  );
}
