// The lab decrypts with libsignal in this process too, and that prints private keys.
import '../../../src/channels/whatsapp/protocol/silence-libsignal.ts';
import { startTcpProxy, type TcpProxy } from '../../support/process/tcp-proxy.ts';
import { type Handling, startProviders } from '../../support/providers/every-provider.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type Lab, type Phone, startLab } from '../../support/whatsapp-lab/lab.ts';

type Message = { readonly channel: string; readonly code: string };

/** Someone with a phone and a mailbox, whom every channel reaches. */
export type Person = {
  readonly number: string;
  readonly email: string;
  /** Undefined for someone who is not on WhatsApp. */
  readonly phone: Phone | undefined;
  /** What they got, oldest first. */
  readonly messages: Message[];
  /** What providers do with messages to them, by channel; they accept them by default. */
  readonly handling: Map<string, Handling>;
  /** Their message at a position, as soon as it is there. */
  read(index: number): Promise<Message>;
};

export type People = Awaited<ReturnType<typeof startPeople>>;

/** Longer than a step waits and a killed node is followed by another one. */
const LONGEST_WAIT_MS = 40_000;

/** WhatsApp and every provider on the loopback, and the people whom their messages reach. */
export async function startPeople() {
  const lab: Lab = await startLab();
  const proxies: TcpProxy[] = [];
  const providers = await startProviders(async (port) => {
    const proxy = await startTcpProxy({ host: '127.0.0.1', port });
    proxies.push(proxy);
    return proxy.port;
  });
  const people = new Map<string, Person>();
  const codes = new Set<string>();
  let ofAll: Handling | undefined;
  let arrived = 0;

  function give(address: string, message: Message): void {
    arrived += 1;
    codes.add(message.code);
    people.get(address)?.messages.push(message);
  }
  lab.onRead(({ number }, { code = '', sentByMe }) => {
    if (!sentByMe) give(number, { channel: 'whatsapp', code });
  });
  providers.onArrival(({ channel, to, code }) => give(to, { channel, code }));
  providers.handleBy(
    ({ channel, to }) => ofAll ?? people.get(to)?.handling.get(channel) ?? { answer: 'accept' },
  );

  return {
    lab,
    variables: { ...providers.variables, WHATSAPP_SOCKET_URL: lab.url } as Readonly<
      Record<string, string>
    >,
    /** Every code that someone got. */
    codes,
    /** How many messages have arrived. */
    arrived: () => arrived,
    add({ isOnWhatsApp = true } = {}): Person {
      const phone = isOnWhatsApp ? lab.addPhone() : undefined;
      const number = phone?.number ?? `+62813${10_000_000 + people.size}`;
      const messages: Message[] = [];
      const read = (index: number) =>
        waitFor(() => messages.at(index), `message ${index} to ${number}`, LONGEST_WAIT_MS);
      const email = `of${number.slice(1)}@example.com`;
      const person = { number, email, phone, messages, handling: new Map(), read };
      people.set(number, person);
      people.set(email, person);
      return person;
    },
    /** Handles the messages to all people in this way; without an argument, each as usual. */
    handleAll(handling?: Handling) {
      ofAll = handling;
    },
    /** Lets nothing through to any provider, nor to WhatsApp. */
    fallSilent() {
      for (const proxy of proxies) proxy.fallSilent();
      lab.faults = { silent: true };
    },
    recover() {
      for (const proxy of proxies) proxy.restore();
      ofAll = undefined;
      lab.faults = {};
      lab.releaseReceipts();
    },
    async close() {
      await Promise.all(proxies.map((proxy) => proxy.close()));
      await Promise.all([providers.close(), lab.close()]);
    },
  };
}
