import type { RunningServer } from '../support/server-keeper.ts';

/** A text for a number (E.164). */
export type Message = { readonly phoneNumber: string; readonly text: string };

/** A program with one linked number, and how to make it send. */
export type WhatsAppSender = {
  readonly server: RunningServer;
  /**
   * Sends all messages, `atOnce` at a time, and resolves when the program reports them as sent. Returns when
   * the first was requested, in milliseconds since 1970, comparable with the times of the lab's phones.
   */
  sendAll(messages: readonly Message[], atOnce: number): Promise<number>;
};
