import type { proto } from '@whiskeysockets/baileys';
import type { MediaKind } from '../media/media-cipher.ts';
import type { MediaOptions } from '../media/phone-media.ts';
import {
  contactContent,
  editContent,
  forwardedContent,
  locationContent,
  pollContent,
  type Quoted,
  reactionContent,
  revokeContent,
  type TextOptions,
  textContent,
} from './content.ts';

/** How a message is sent, beside what it says. */
export type SendOptions = {
  /** Chosen by the sender's own program, so that it may be the id of somebody else's message. */
  readonly id?: string;
  /** By the sender's clock, which may be wrong. */
  readonly sentAt?: Date;
  /** Whether its author may be taken for an admin, when a message is taken back. */
  readonly asAdmin?: boolean;
};

/**
 * What a person can write, to the linked devices of a person, of a group, or of everybody who sees
 * their status. `to` is a number, a hidden id, a group's id, or `status@broadcast`. Each method
 * resolves with the id of the message.
 */
export abstract class SendingPhone {
  abstract sendContent(to: string, content: proto.IMessage, options?: SendOptions): Promise<string>;

  /** How this phone names a message of a chat; one that it does not know is the other side's. */
  protected abstract keyOf(to: string, messageId: string): proto.IMessageKey;

  protected abstract quoteOf(messageId: string): Quoted;

  sendText(
    to: string,
    text: string,
    { replyTo, forwarded, ...options }: SendOptions & Reply & Pick<TextOptions, 'forwarded'> = {},
  ): Promise<string> {
    const quoted = replyTo === undefined ? {} : { replyTo: this.quoteOf(replyTo) };
    const marks = forwarded === undefined ? quoted : { ...quoted, forwarded };
    return this.sendContent(to, textContent(text, marks), options);
  }

  /** An empty emoji takes the reaction back. */
  react(to: string, messageId: string, emoji: string, options?: SendOptions): Promise<string> {
    return this.sendContent(to, reactionContent(this.keyOf(to, messageId), emoji), options);
  }

  /** The id is not checked, as a hostile client does not: it may be somebody else's message. */
  edit(to: string, messageId: string, text: string, options?: SendOptions): Promise<string> {
    return this.sendContent(to, editContent(this.#ownKey(to, messageId), text), options);
  }

  /** Deletes for everybody. The id is not checked, as with `edit`. */
  revoke(to: string, messageId: string, options?: SendOptions): Promise<string> {
    const key = options?.asAdmin ? this.keyOf(to, messageId) : this.#ownKey(to, messageId);
    return this.sendContent(to, revokeContent(key), options);
  }

  /** Passes any content on, with the mark of it. */
  forward(to: string, content: proto.IMessage, options?: SendOptions): Promise<string> {
    return this.sendContent(to, forwardedContent(content), options);
  }

  /** Encrypts a file, puts it on the media host and sends the message about it. */
  abstract sendMedia(
    to: string,
    kind: MediaKind,
    file: SendOptions & { readonly bytes: Buffer } & MediaOptions,
  ): Promise<string>;

  sendImage(to: string, bytes: Buffer, options: MediaOptions = {}): Promise<string> {
    return this.sendMedia(to, 'image', { ...options, bytes });
  }

  sendLocation(to: string, latitude: number, longitude: number, name?: string): Promise<string> {
    return this.sendContent(to, locationContent(latitude, longitude, name));
  }

  sendContact(to: string, name: string, number: string): Promise<string> {
    return this.sendContent(to, contactContent(name, number));
  }

  sendPoll(to: string, name: string, options: readonly string[]): Promise<string> {
    return this.sendContent(to, pollContent(name, options));
  }

  #ownKey(to: string, messageId: string): proto.IMessageKey {
    const { participant: _, ...key } = this.keyOf(to, messageId);
    return { ...key, fromMe: true };
  }
}

type Reply = {
  /** The id of a message that this phone has sent or received. */
  readonly replyTo?: string;
};
