import { EventEmitter, once } from 'node:events';
import type { proto } from '@whiskeysockets/baileys';
import type { Account, MessagePart, Receipt } from '../account.ts';
import type { Companion } from '../companion.ts';
import { createPhoneGroups, type PhoneGroups } from '../groups/phone-groups.ts';
import type { MediaKind } from '../media/media-cipher.ts';
import { downloadMedia, uploadMedia } from '../media/phone-media.ts';
import { linkDevice } from '../queries/link-device.ts';
import type { Linking } from '../queries/pairing.ts';
import { type Invitation, readQr, typeCode } from '../queries/phone-pairing.ts';
import type { OldChat } from '../state/history.ts';
import { createPhoneState, type PhoneState } from '../state/phone-state.ts';
import type { Presence } from '../state/presence.ts';
import type { TimeLock } from '../time-lock.ts';
import type { KeyBundle } from '../wire/key-bundle.ts';
import { type DeviceAddress, deviceJid, node } from '../wire/nodes.ts';
import { SignalParty } from '../wire/signal-party.ts';
import type { World } from '../world.ts';
import type { Quoted } from './content.ts';
import { findDestination, jidOfDestination } from './envelope.ts';
import { createInbox, type InboxMessage } from './inbox.ts';
import { textOf } from './message-text.ts';
import { createSendQueue } from './outbox.ts';
import { SendingPhone, type SendOptions } from './sending-phone.ts';

export type PhoneOptions = {
  readonly pn: string;
  readonly lid: string;
  readonly name: string;
  /** `lid` shows this person to others by the hidden id, as chats that were migrated do. */
  readonly addressing: 'pn' | 'lid';
  /** Whether the server leaves the number out of what a hidden id writes. */
  readonly hidesNumber: boolean;
  /** Whether the phone shares keys and an empty history with a device at its first login. */
  readonly historySync: boolean;
};

type Platform = {
  readonly world: World;
  readonly linking: Linking;
  onMessage(phone: FakePhone, message: InboxMessage): void;
};

const DEFAULT_WAIT_MS = 10_000;
const LOGGED_OUT = 401;

/** A person's phone, the first device of one account. It links, reads, answers, writes, unlinks. */
export class FakePhone extends SendingPhone implements Account {
  readonly pn: string;
  readonly lid: string;
  readonly addressing: 'pn' | 'lid';
  readonly hidesNumber: boolean;
  readonly historySync: boolean;
  readonly companions = new Map<number, Companion>();
  readonly trusted = new Map<string, Buffer>();
  readonly receipts: Receipt[] = [];
  readonly behaviour = { deliver: true, read: false, retryNext: 0 };
  readonly followers = new Set<Companion>();
  readonly groups: PhoneGroups;
  readonly state: PhoneState;
  history: readonly OldChat[] = [];
  presence: Presence = { isAvailable: false };
  refusesGroups = false;
  name: string;
  logins = 0;
  timeLock: TimeLock | undefined;
  readonly #world: World;
  readonly #linking: Linking;
  readonly #party = new SignalParty();
  readonly #events = new EventEmitter<{ message: [] }>();
  readonly #inbox: ReturnType<typeof createInbox>;
  readonly #outbox: ReturnType<typeof createSendQueue>;
  #lastDevice = 0;
  #returned = 0;

  constructor(options: PhoneOptions, { world, linking, onMessage }: Platform) {
    super();
    this.pn = options.pn;
    this.lid = options.lid;
    this.name = options.name;
    this.addressing = options.addressing;
    this.hidesNumber = options.hidesNumber;
    this.historySync = options.historySync;
    this.#world = world;
    this.#linking = linking;
    this.#events.setMaxListeners(0);
    this.groups = createPhoneGroups(world, this);
    const owner = { world, account: this, party: this.#party };
    this.#outbox = createSendQueue(owner);
    this.state = createPhoneState({
      world,
      account: this,
      tell: (content) => this.#outbox.tell(this.companions.values(), content),
    });
    this.#inbox = createInbox({
      ...owner,
      behaviour: this.behaviour,
      onMessage: (message) => {
        onMessage(this, message);
        this.#events.emit('message');
      },
    });
  }

  get number(): string {
    return `+${this.pn}`;
  }
  get jid(): string {
    return deviceJid(this.pn, 0);
  }
  get lidJid(): string {
    return deviceJid(this.lid, 0, 'lid');
  }
  get shownJid(): string {
    return this.addressing === 'lid' ? this.lidJid : this.jid;
  }
  get identityPub(): Buffer {
    return this.#party.identity.pub;
  }
  get inbox(): readonly InboxMessage[] {
    return this.#inbox.messages;
  }
  get duplicates(): number {
    return this.#inbox.duplicates();
  }
  get devices(): readonly number[] {
    return [...this.companions.keys()];
  }

  setName(name: string): void {
    this.name = name;
  }

  get dialled(): readonly string[] {
    return this.#world.dialledOf(this);
  }
  setDialled(numbers: readonly string[]): void {
    this.#world.setDialled(this, numbers);
  }

  /** @throws when it is not the text of a code that a client shows now. */
  async scanQr(qrText: string): Promise<{ device: number }> {
    return this.#link(readQr(this.#linking, qrText));
  }

  /** @throws when the code is wrong, or no client waits for this number. */
  async typePairingCode(code: string): Promise<{ device: number }> {
    const { identity } = this.#party;
    return this.#link(await typeCode(this.#linking, { pn: this.pn, typed: code, identity }));
  }

  /** "Log out" in the phone's list of devices; without a number, the last one. */
  unlink(device = this.devices.at(-1)): void {
    const companion = device === undefined ? undefined : this.companions.get(device);
    if (!companion) throw new Error(`${this.number} has no linked device ${device ?? 'at all'}`);
    this.companions.delete(companion.device);
    companion.connection?.streamError(LOGGED_OUT, node('conflict', { type: 'device_removed' }));
  }

  takeBundle(): KeyBundle {
    return this.#party.takeBundle();
  }

  receive(part: MessagePart): Promise<void> {
    return this.#inbox.receive(part);
  }

  /** Opens the chat: the sender gets a read receipt. @throws when there is no such message. */
  markRead(id: string): void {
    this.#inbox.markRead(id);
  }

  /**
   * The next message that this method has not returned yet, copies of the account's own aside.
   * @throws when none comes within `waitMs`.
   */
  async nextMessage(waitMs = DEFAULT_WAIT_MS): Promise<InboxMessage> {
    const signal = AbortSignal.any([AbortSignal.timeout(waitMs), this.#world.closing.signal]);
    for (;;) {
      const message = this.#takeNext();
      if (message) return message;
      await once(this.#events, 'message', { signal }).catch(() => {
        throw new Error(`no message came to ${this.number} within ${waitMs} ms`);
      });
    }
  }

  async sendContent(to: string, content: proto.IMessage, options?: SendOptions): Promise<string> {
    return this.#outbox.write(findDestination(this.#world, to), content, options);
  }

  async sendMedia(
    to: string,
    kind: MediaKind,
    { bytes, id, sentAt, ...options }: Parameters<SendingPhone['sendMedia']>[2],
  ): Promise<string> {
    const { content, file } = uploadMedia(this.#world, { kind, bytes, options });
    const messageId = id ?? this.#outbox.createId();
    this.#world.files.set(messageId, file);
    return this.sendContent(to, content, { id: messageId, ...(sentAt && { sentAt }) });
  }

  openMedia({ content }: InboxMessage): Buffer {
    return downloadMedia(this.#world, content);
  }

  takeReceipt(receipt: Receipt, from: DeviceAddress): void {
    this.receipts.push(receipt);
    if (receipt.type !== 'retry') return;
    this.#outbox.sendAgain(receipt.id, from).catch((error: unknown) => {
      this.#world.unhandled.push(`${this.number} could not send ${receipt.id} again: ${error}`);
    });
  }

  greet(companion: Companion): Promise<void> {
    return this.#outbox.greet(companion);
  }

  protected keyOf(to: string, messageId: string): proto.IMessageKey {
    const remoteJid = jidOfDestination(findDestination(this.#world, to));
    if (this.#outbox.hasSent(messageId)) return { remoteJid, fromMe: true, id: messageId };
    const author = this.inbox.find(({ id }) => id === messageId)?.from;
    const participant =
      author && remoteJid.includes('@g.us') ? this.#world.get(author).lidJid : null;
    return { remoteJid, fromMe: false, id: messageId, participant };
  }

  protected quoteOf(messageId: string): Quoted {
    const own = this.#outbox.sent.get(messageId);
    if (own) return { id: messageId, jid: this.shownJid, text: textOf(own.content) };
    const { from, text } = this.#inbox.getMessage(messageId);
    return { id: messageId, jid: this.#world.get(from).jid, text };
  }

  #takeNext(): InboxMessage | undefined {
    const next = this.inbox.slice(this.#returned).findIndex(({ sentByMe }) => !sentByMe);
    if (next < 0) return undefined;
    this.#returned += next + 1;
    return this.inbox[this.#returned - 1];
  }

  async #link(invitation: Invitation): Promise<{ device: number }> {
    this.#lastDevice += 1;
    const { identity } = this.#party;
    const wanted = { account: this, phone: identity, device: this.#lastDevice, invitation };
    return linkDevice(this.#linking, wanted);
  }
}
