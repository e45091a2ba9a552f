import type { Faults } from './faults.ts';
import { describeState, type LabState } from './lab-state.ts';
import type { Behaviour, InboxMessage } from './messages/inbox.ts';
import { FakePhone, type PhoneOptions } from './messages/phone.ts';
import { releaseReceipts } from './messages/receipts.ts';
import { createLinking } from './queries/pairing.ts';
import { type EndAction, WhatsAppServer } from './server.ts';
import { lockNotification, type TimeLock } from './time-lock.ts';
import { sha256 } from './wire/crypto.ts';
import { createWorld } from './world.ts';

export type { Faults, InboxMessage };

/** A person with a phone. Numbers are digits without a plus, but for `number`. */
export type Phone = {
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
  nextMessage(waitMs?: number): Promise<InboxMessage>;
  scanQr(qrText: string): Promise<{ device: number }>;
  typePairingCode(code: string): Promise<{ device: number }>;
  markRead(id: string): void;
  sendText(toPn: string, text: string): Promise<string>;
  unlink(device?: number): void;
  setName(name: string): void;
  /** Numbers that a lookup answers with this phone's id. Nothing is delivered to them. */
  readonly dialled: readonly string[];
  /** @throws when somebody else has one of the numbers. */
  setDialled(numbers: readonly string[]): void;
};

type NewPhone = Partial<Omit<PhoneOptions, 'lid'>> & {
  /** Numbers under which people look this person up, besides the phone's own id. */
  readonly dialled?: readonly string[];
};

type LabOptions = {
  /** Writes every stanza to stderr. */
  readonly trace?: boolean;
  /** Without it, a free port. */
  readonly port?: number;
};

export type Lab = Awaited<ReturnType<typeof startLab>>;

const FIRST_NUMBER = 6_281_230_000_001;

/** Starts a WhatsApp on the loopback. @throws when the port is taken. */
export async function startLab({ trace = false, port = 0 }: LabOptions = {}) {
  const world = createWorld();
  const linking = createLinking();
  const server = new WhatsAppServer(world, linking, { trace });
  const phones = new Map<string, FakePhone>();
  const readers: ((phone: Phone, message: InboxMessage) => void)[] = [];
  const url = await server.listen(port);
  let nextNumber = FIRST_NUMBER;

  function dealNumber(): string {
    while (world.find(String(nextNumber))) nextNumber += 1;
    return String(nextNumber);
  }

  function onMessage(phone: Phone, message: InboxMessage): void {
    for (const reader of readers) reader(phone, message);
  }

  return {
    /** For the program under test, as the URL of its socket. */
    url,
    /** Hexadecimal, for a client that verifies the server's certificate. */
    rootKey: server.rootKey,
    /** Adds a person. @throws when the number is taken or not made of digits. */
    addPhone({ pn = dealNumber(), dialled = [], ...options }: NewPhone = {}): Phone {
      const digits = pn.replace(/^[+]/, '');
      if (!/^[1-9]\d{4,14}$/.test(digits)) throw new Error(`"${pn}" is not a phone number`);
      if (world.lookUp(digits)) throw new Error(`somebody has the number ${digits} already`);
      const lid = `9${sha256(digits).readUIntBE(0, 6)}`.slice(0, 15);
      const defaults = { name: `Phone ${digits}`, addressing: 'pn', historySync: true } as const;
      const settings = { ...defaults, ...options, pn: digits, lid };
      const phone = new FakePhone(settings, { world, linking, onMessage });
      phone.setDialled(dialled);
      world.add(phone);
      phones.set(phone.pn, phone);
      return phone;
    },
    /** By number, with or without a plus, or by hidden id. @throws when nobody has it. */
    phone(pnOrLid: string): Phone {
      const found = phones.get(world.get(pnOrLid).pn);
      if (!found) throw new Error(`nobody here has the number or id ${pnOrLid}`);
      return found;
    },
    get phones(): readonly Phone[] {
      return [...phones.values()];
    },
    get faults(): Faults {
      return world.faults;
    },
    set faults(faults: Faults) {
      world.faults = structuredClone(faults);
    },
    /** Ends the connections of one account, or all, and says how many. Some actions need a code. */
    end: ((action: EndAction, pn?: string, code?: number) => server.end(action, pn, code)) as End,
    /** How many connections the linked devices of an account have open. */
    connectionsOf(pn: string): number {
      const user = world.get(pn).pn;
      return server.connections.filter(({ companion }) => companion?.user === user).length;
    },
    /** How many logins of an account were accepted; registrations do not count. */
    logins: (pn: string): number => world.get(pn).logins,
    /** Stanzas that nobody here understood; a good run ends with none. */
    get unhandled(): readonly string[] {
      return world.unhandled;
    },
    /** Locks or frees an account; with `notify`, its linked devices are told. */
    setTimeLock(pn: string, lock: TimeLock, { notify = false }: { notify?: boolean } = {}): void {
      const account = world.get(pn);
      account.timeLock = lock;
      if (!notify) return;
      for (const companion of account.companions.values()) companion.post(lockNotification(lock));
    },
    /** Sends the receipts that the fault `dropReceipts` held back, and says how many. */
    releaseReceipts: (): number => releaseReceipts(world),
    /** Calls for every message that a phone reads, copies of its own account's messages included. */
    onRead(reader: (phone: Phone, message: InboxMessage) => void): void {
      readers.push(reader);
    },
    state: (): LabState => describeState({ url, phones: [...phones.values()], world, server }),
    async close(): Promise<void> {
      world.closing.abort();
      world.timers.clear();
      await server.close();
      world.timers.clear();
    },
  };
}

type End = {
  (action: 'drop' | 'conflict', pn?: string): number;
  (action: 'stream-error' | 'failure', pn: string | undefined, code: number): number;
};
