import type { AccountNews } from '../../domain/conversations/account/account-news.ts';
import type { LidMapping, SessionMessage } from '../../domain/conversations/whatsapp-message.ts';
import type { WhatsAppReceipt } from '../../domain/conversations/whatsapp-receipt.ts';

type Session = Pick<SessionMessage, 'sessionId' | 'accountId'>;

/** A part of the service that reads what people write to the sessions of this node. */
export type MessageListener = {
  /** Called with each message of a session, in order. Messages of the past wait for the promise. */
  onMessage(received: SessionMessage): Promise<void> | void;
  onReceipt?(session: Session, receipt: WhatsAppReceipt): void;
  onSettings?(sessionId: string): void;
  onAccountNews?(session: Session, news: AccountNews): void;
  onLidMapping?(session: Session, mapping: LidMapping): void;
};

/** Passes what the sessions of this node receive to all that listen. A listener that fails does not stop the others. */
export function createMessageFeed({ onFault }: { readonly onFault: (error: unknown) => void }) {
  const listeners: MessageListener[] = [];

  async function pass(listener: MessageListener, received: SessionMessage): Promise<void> {
    try {
      await listener.onMessage(received);
    } catch (error) {
      onFault(error);
    }
  }

  return {
    listen: (listener: MessageListener) => void listeners.push(listener),
    async publish(received: SessionMessage): Promise<void> {
      await Promise.all(listeners.map((listener) => pass(listener, received)));
    },
    publishReceipt(session: Session, receipt: WhatsAppReceipt): void {
      for (const listener of listeners) listener.onReceipt?.(session, receipt);
    },
    publishSettings(sessionId: string): void {
      for (const listener of listeners) listener.onSettings?.(sessionId);
    },
    publishNews(session: Session, news: AccountNews): void {
      for (const listener of listeners) listener.onAccountNews?.(session, news);
    },
    publishMapping(session: Session, mapping: LidMapping): void {
      for (const listener of listeners) listener.onLidMapping?.(session, mapping);
    },
  };
}
