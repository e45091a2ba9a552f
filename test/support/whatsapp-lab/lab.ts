import type { Faults } from './faults.ts';
import { describeState, type LabState } from './lab-state.ts';
import { type MediaHost, startMediaHost } from './media/media-host.ts';
import type { InboxMessage } from './messages/inbox.ts';
import { FakePhone, type PhoneOptions } from './messages/phone.ts';
import type { Phone } from './messages/phone-api.ts';
import { type Release, releaseReceipts } from './messages/receipts.ts';
import { createLinking } from './queries/pairing.ts';
import { type EndAction, WhatsAppServer } from './server.ts';
import { lockNotification, type TimeLock } from './time-lock.ts';
import { sha256 } from './wire/crypto.ts';
import { createWorld } from './world.ts';

export type { Faults, InboxMessage, Phone };

type NewPhone = Partial<Omit<PhoneOptions, 'lid'>> & {
  /** Numbers under which people look this person up, besides the phone's own id. */
  readonly dialled?: readonly string[];
};

type LabOptions = {
  /** Writes every stanza to stderr. */
  readonly trace?: boolean;
  /** Without it, a free port. */
  readonly port?: number;
  /** Starts a media host, too, without which no files go in or out. */
  readonly media?: boolean;
};

export type Lab = Awaited<ReturnType<typeof startLab>>;

const FIRST_NUMBER = 6_281_230_000_001;

/** Starts a WhatsApp on the loopback. @throws when the port is taken. */
export async function startLab({ trace = false, port = 0, media = false }: LabOptions = {}) {
  const world = createWorld();
  if (media) world.media = await startMediaHost(() => world.faults.media ?? {});
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
      const ways = { addressing: 'pn', hidesNumber: false, historySync: true } as const;
      const defaults = { name: `Phone ${digits}`, ...ways };
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
    releaseReceipts: (how?: Release): number => releaseReceipts(world, how),
    /** @throws when the lab was started without media. */
    media(): MediaHost {
      if (!world.media) throw new Error('this lab has no media: start it with { media: true }');
      return world.media;
    },
    /** Whether new groups show their members by hidden id, as most do, or by number. */
    showMembersBy(addressing: 'pn' | 'lid'): void {
      world.groupAddressing = addressing;
    },
    /** Calls for every message that a phone reads, copies of its own account's messages included. */
    onRead(reader: (phone: Phone, message: InboxMessage) => void): void {
      readers.push(reader);
    },
    state: (): LabState => describeState({ url, phones: [...phones.values()], world, server }),
    async close(): Promise<void> {
      world.closing.abort();
      world.timers.clear();
      await Promise.all([server.close(), world.media?.close()]);
      world.timers.clear();
    },
  };
}

type End = {
  (action: 'drop' | 'conflict', pn?: string): number;
  (action: 'stream-error' | 'failure', pn: string | undefined, code: number): number;
};
