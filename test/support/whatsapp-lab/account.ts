import type { Companion } from './companion.ts';
import type { OldChat } from './state/history.ts';
import type { Presence } from './state/presence.ts';
import type { TimeLock } from './time-lock.ts';
import type { KeyBundle } from './wire/key-bundle.ts';
import type { DeviceAddress } from './wire/nodes.ts';

/** One `<enc>` of a message, on its way to one device. */
export type MessagePart = {
  readonly id: string;
  readonly from: DeviceAddress;
  /** To whom the message goes; not to the phone that takes a copy for its own account. */
  readonly to: string;
  /** The id of a group, or `status@broadcast`; undefined in a chat of two. */
  readonly chat: string | undefined;
  readonly type: string;
  readonly ciphertext: Buffer;
  /** The sender's proof that its account's phone signed this device. */
  readonly deviceIdentity: Buffer | undefined;
};

/** A receipt that came back to a phone for a message which it wrote. */
export type Receipt = { readonly id: string; readonly type: string; readonly by: string };

/** What the server knows of a person: their numbers, their linked devices, and the phone to hand messages to. */
export type Account = {
  readonly pn: string;
  readonly lid: string;
  readonly name: string;
  readonly addressing: 'pn' | 'lid';
  /** Whether the server leaves the number out of what a hidden id writes. */
  readonly hidesNumber: boolean;
  readonly historySync: boolean;
  /** What a device that is linked from now on learns of the past. */
  history: readonly OldChat[];
  /** Cannot be added to a group, but may be invited. */
  refusesGroups: boolean;
  presence: Presence;
  /** Linked devices that asked to hear when this person comes and goes. */
  readonly followers: Set<Companion>;
  readonly jid: string;
  readonly lidJid: string;
  /** How this person appears in the `from` of what they send. */
  readonly shownJid: string;
  readonly companions: Map<number, Companion>;
  /** By number: the privacy token that this person gave by writing there. */
  readonly trusted: Map<string, Buffer>;
  /** How often a linked device logged in. */
  logins: number;
  timeLock: TimeLock | undefined;
  /** The phone's long-term key, which signs linked devices. */
  readonly identityPub: Buffer;
  takeBundle(): KeyBundle;
  receive(part: MessagePart): Promise<void>;
  /** `from` is the device that wrote the receipt. */
  takeReceipt(receipt: Receipt, from: DeviceAddress): void;
  /** Shares keys and history with a device that has just been linked. */
  greet(companion: Companion): Promise<void>;
};
