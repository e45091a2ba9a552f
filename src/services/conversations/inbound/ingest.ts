import type { AccountNews } from '../../../domain/conversations/account/account-news.ts';
import type { LidMapping, SessionMessage } from '../../../domain/conversations/whatsapp-message.ts';
import type { WhatsAppReceipt } from '../../../domain/conversations/whatsapp-receipt.ts';
import type { SessionRef } from '../../../storage/conversations/ingest-store.ts';
import type { IngestContext } from '../context.ts';
import { createSessionInbox, type SessionInbox } from './session-inbox.ts';

/** Stores what the sessions of this node receive, each in an inbox of its own. */
export function createIngest(ctx: IngestContext) {
  const inboxes = new Map<string, SessionInbox>();

  function inboxOf({ sessionId, accountId }: SessionRef): SessionInbox {
    const inbox = inboxes.get(sessionId) ?? createSessionInbox(ctx, { sessionId, accountId });
    inboxes.set(sessionId, inbox);
    return inbox;
  }

  return {
    onMessage({ message, ...session }: SessionMessage): Promise<void> | void {
      const inbox = inboxOf(session);
      if (message.arrival === 'history') return inbox.addPast(message);
      inbox.add({ kind: 'message', message });
    },
    onReceipt(session: SessionRef, receipt: WhatsAppReceipt): void {
      inboxOf(session).add({ kind: 'receipt', receipt });
    },
    onLidMapping(session: SessionRef, mapping: LidMapping): void {
      inboxOf(session).add({ kind: 'mapping', mapping });
    },
    onAccountNews(session: SessionRef, news: AccountNews): void {
      inboxOf(session).add({ kind: 'news', news });
    },
    onSettings: (sessionId: string) => ctx.knownSettings.forget(sessionId),
    /** Whether everything that was received is written. */
    isIdle: () => [...inboxes.values()].every((inbox) => inbox.isIdle()),
    /** Writes what waits, if the database responds. */
    async close(): Promise<void> {
      await Promise.all([...inboxes.values()].map((inbox) => inbox.close()));
    },
  };
}
