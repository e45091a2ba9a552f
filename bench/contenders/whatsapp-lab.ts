import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.ts';
import { callJson } from '../support/call-json.ts';

const LAB_MAIN = fileURLToPath(new URL('../../test/support/whatsapp-lab/main.ts', import.meta.url));

/** How long to wait until a phone has its message. */
const PATIENCE_MS = 30_000;

/** A message that a phone has read. */
type Entry = {
  /** Digits without a plus. */
  readonly to: string;
  /** Present on the owner's copy of a message from a linked device. */
  readonly sentByMe?: object;
  /** The digits that a person would type, if there are any. */
  readonly code?: string;
  /** Milliseconds since 1970, with fractions. */
  readonly at: number;
};

/** A chat with a person before the device was linked. */
type OldChat = {
  /** The number of the person (E.164). */
  readonly with: string;
  readonly messages: readonly {
    readonly id: string;
    readonly text: string;
    readonly sentAt: Date;
  }[];
};

export type WhatsAppLab = Awaited<ReturnType<typeof startWhatsAppLab>>;

/** Starts the local WhatsApp of the tests in its own process. */
export async function startWhatsAppLab({ servers, phoneNumbers }: Bench) {
  const { origin, pid } = await servers.start({
    name: 'WhatsApp lab',
    args: ['--import', import.meta.resolve('tsx'), LAB_MAIN, '--port', '0', '--json'],
    portFlag: '--control-port',
    env: {},
    healthPath: '/',
  });
  const { url } = (await call('GET', '/state')) as { url: string };
  /** The phones of linked numbers, as digits. What they get is not for a recipient. */
  const owners = new Set<string>();
  let heard = 0;

  function call(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
    return callJson(`${origin}${path}`, { method, ...(body && { body }) });
  }

  /** Adds phones and returns their numbers (E.164). */
  async function addPhones(count: number): Promise<readonly string[]> {
    const drawn = phoneNumbers.draw(count);
    for (const pn of drawn) await call('POST', '/phones', { pn });
    return drawn;
  }

  /** Makes the phone of a new account scan a QR code. Returns its number (E.164). */
  async function scanQr(qr: string): Promise<string> {
    const [owner = ''] = await addPhones(1);
    owners.add(owner.slice(1));
    await call('POST', `/phones/${owner}/scan`, { qr });
    return owner;
  }

  /** Makes the phone of an account create a group with these people (E.164). */
  async function createGroup(owner: string, subject: string, members: readonly string[]) {
    await call('POST', `/phones/${owner}/groups`, { subject, members });
  }

  /** Makes a person write to a number. */
  async function write(from: string, to: string, text: string): Promise<void> {
    await call('POST', `/phones/${from}/send`, { to, text });
  }

  /** Makes the phone of an account send chats of the past to its linked devices. */
  async function sendHistory(owner: string, chats: readonly OldChat[]): Promise<void> {
    await call('POST', `/phones/${owner}/history`, { chats, by: 'inline' });
  }

  /** Waits up to a second, and returns what recipients have read since the last call by anyone. */
  async function takeRead(): Promise<readonly Entry[]> {
    const fresh = (await call('GET', `/feed?after=${heard}&waitMs=1000`)) as Entry[];
    heard += fresh.length;
    return fresh.filter(({ to, sentByMe }) => !sentByMe && !owners.has(to));
  }

  /**
   * Waits until the phone of each of these numbers (E.164) has decrypted one message. Returns the times in
   * milliseconds since 1970, in the order of reading.
   * @throws if phones of other recipients get a message, or it takes too long.
   */
  async function takeReadTimes(phoneNumbers: readonly string[]): Promise<readonly number[]> {
    const taken: Entry[] = [];
    const giveUpAt = performance.now() + PATIENCE_MS;
    while (taken.length < phoneNumbers.length) {
      if (performance.now() > giveUpAt) throw new Error('A message did not reach its phone');
      taken.push(...(await takeRead()));
    }
    const readers = taken.map(({ to }) => `+${to}`);
    if (readers.toSorted().join() !== phoneNumbers.toSorted().join()) {
      throw new Error('The phones read other messages than those sent to them');
    }
    return taken.map(({ at }) => at);
  }

  return {
    ...{ pid, url, addPhones, scanQr, createGroup, write, sendHistory },
    ...{ takeRead, takeReadTimes },
  };
}
