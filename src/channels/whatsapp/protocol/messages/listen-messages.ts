import type {
  LidMapping,
  WhatsAppMessage,
} from '../../../../domain/conversations/whatsapp-message.ts';
import type { WAMessage, WASocket } from '../baileys.ts';
import { createPersonFinder, toPerson } from './find-person.ts';
import { type InboundEvents, noteInbound } from './note-inbound.ts';
import { readMessage } from './read-message.ts';

/** The events of a connection that are about messages of people. */
export type MessageEvents = InboundEvents & {
  /**
   * Called with each message, those of the phone and of the past included, in order. Those of the past wait for the
   * promise, so that an old account does not fill the memory.
   */
  readonly onMessage: (message: WhatsAppMessage) => Promise<void> | void;
  /** Called with the number of a LID as soon as WhatsApp reports it, which may be after the person's first message. */
  readonly onLidMapping: (mapping: LidMapping) => void;
};

/** Passes on what people write. */
export function listenToMessages(socket: WASocket, events: MessageEvents): void {
  const people = createPersonFinder(socket);
  /** Each message is passed on after the one before. */
  let lastRead = Promise.resolve();
  let lastOfPast = Promise.resolve();

  async function read(received: WAMessage, arrival: WhatsAppMessage['arrival']): Promise<void> {
    const message = await readMessage(received, { people, arrival });
    if (!message) return;
    const isTaken = events.onMessage(message);
    if (arrival === 'history') await isTaken;
  }

  socket.ev.on('messages.upsert', ({ messages, type }) => {
    const arrival = type === 'notify' ? 'live' : 'after_absence';
    for (const message of messages) {
      void noteInbound(socket, message, events);
      lastRead = lastRead.then(() => read(message, arrival)).catch(() => {});
    }
  });
  socket.ev.on('messaging-history.set', ({ messages, lidPnMappings = [] }) => {
    for (const { lid, pn } of lidPnMappings) noteMapping(lid, pn);
    for (const message of messages) {
      lastOfPast = lastOfPast.then(() => read(message, 'history')).catch(() => {});
    }
  });
  socket.ev.on('lid-mapping.update', ({ lid, pn }) => noteMapping(lid, pn));

  function noteMapping(lidJid: string, numberJid: string): void {
    const { lid, phoneNumber } = toPerson([lidJid, numberJid]);
    if (lid !== undefined && phoneNumber !== undefined) events.onLidMapping({ lid, phoneNumber });
  }
}
