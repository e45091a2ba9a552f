import type { PhoneGroups } from '../groups/phone-groups.ts';
import type { OldChat } from '../state/history.ts';
import type { PhoneState } from '../state/phone-state.ts';
import type { Behaviour, InboxMessage } from './inbox.ts';
import type { SendingPhone } from './sending-phone.ts';

type Sending = Pick<SendingPhone, keyof SendingPhone>;

/** A person with a phone. Numbers are digits without a plus, but for `number`. */
export type Phone = Sending & {
  readonly pn: string;
  readonly lid: string;
  readonly number: string;
  /** How the client under test addresses this person. */
  readonly jid: string;
  readonly name: string;
  readonly inbox: readonly InboxMessage[];
  /** Messages whose id the phone had seen before. */
  readonly duplicates: number;
  readonly behaviour: Behaviour;
  /** The numbers of the linked devices. */
  readonly devices: readonly number[];
  /** Receipts for what this phone wrote. */
  readonly receipts: readonly { readonly id: string; readonly type: string; readonly by: string }[];
  /** Cannot be added to a group, but may be invited. */
  refusesGroups: boolean;
  /** What the person does with groups; named by `…@g.us`. */
  readonly groups: PhoneGroups;
  /** Old messages, settings of chats, presence and typing. */
  readonly state: PhoneState;
  /** What a device that is linked from now on learns of the past. */
  history: readonly OldChat[];
  nextMessage(waitMs?: number): Promise<InboxMessage>;
  /** The file of a message that came. @throws when its MAC, a hash or its length is not right. */
  openMedia(message: InboxMessage): Buffer;
  scanQr(qrText: string): Promise<{ device: number }>;
  typePairingCode(code: string): Promise<{ device: number }>;
  markRead(id: string): void;
  unlink(device?: number): void;
  setName(name: string): void;
  /** Numbers that a lookup answers with this phone's id. Nothing is delivered to them. */
  readonly dialled: readonly string[];
  /** @throws when somebody else has one of the numbers. */
  setDialled(numbers: readonly string[]): void;
};
