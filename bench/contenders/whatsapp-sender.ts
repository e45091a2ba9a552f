import type { RunningServer } from '../support/server-keeper.ts';

/** A text to a number (E.164). */
export type Message = { readonly phoneNumber: string; readonly text: string };

/** A program with one linked number, and how it is made to send. */
export type WhatsAppSender = {
  readonly server: RunningServer;
  /**
   * Sends all messages, `atOnce` at a time, and resolves when the program says that it has. It tells
   * when it was asked for the first, in milliseconds since 1970 as the lab's phones count them.
   */
  sendAll(messages: readonly Message[], atOnce: number): Promise<number>;
};
