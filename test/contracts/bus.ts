import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bus, LONGEST_ID, TOPICS, type Topic } from '../../src/bus/contract.ts';
import { waitFor } from '../support/wait-for.ts';

type Node = { readonly bus: Bus; readonly log: readonly string[] };

type Server = {
  createNode(): Node;
  /** How many connections are open. */
  countConnections(): number;
  close(): Promise<void>;
};

type Options = {
  readonly open: () => Promise<Server>;
  /** Whether nodes reach each other. */
  readonly isShared: boolean;
  /** Whether the bus ever counts as connected. */
  readonly isConnected: boolean;
};

const ODD_IDS = [
  ...['', ' ', "'; DROP TABLE x; --", '"quoted"', '\\u0000\\', '$1', '{"a":[1]}', 'a\nb\tc\r'],
  ...['\0', 'é', '漢字', '🔑', '\ud800', '\u2028', 'x'.repeat(LONGEST_ID), '🔑'.repeat(100)],
];

/** The IDs that a listener got, in their order. */
function collect(bus: Bus, topic: Topic) {
  const ids: string[] = [];
  const unsubscribe = bus.subscribe(topic, (id) => void ids.push(id));
  return { ids, unsubscribe, has: (count: number) => waitForCount(ids, count) };
}

const waitForCount = (ids: readonly string[], count: number) =>
  waitFor(() => (ids.length >= count ? true : undefined), `${count} wake-ups`, 30_000);

/** What every bus owes to its users. */
export function describeBus(name: string, { open, isShared, isConnected }: Options): void {
  describe(`the bus (${name})`, () => {
    let server: Server;
    let nodes: Node[];

    beforeEach(async () => {
      server = await open();
      nodes = [];
    });
    afterEach(async () => {
      await Promise.all(nodes.map(({ bus }) => bus.close()));
      await server.close();
    });

    /** A node that is as connected as it gets. */
    async function join(): Promise<Node> {
      const node = server.createNode();
      nodes.push(node);
      if (isConnected) {
        await waitFor(() => node.bus.isConnected() || undefined, 'the bus to be connected');
      }
      return node;
    }

    it('wakes the listeners of its own node', async () => {
      const { bus } = await join();
      const [one, other] = [collect(bus, 'command'), collect(bus, 'command')];
      bus.publish('command', 'a');
      await Promise.all([one.has(1), other.has(1)]);
      expect([one.ids, other.ids]).toEqual([['a'], ['a']]);
    });

    it('wakes listeners after publish has returned', async () => {
      const { bus } = await join();
      const { ids, has } = collect(bus, 'command');
      bus.publish('command', 'a');
      expect(ids).toEqual([]);
      await has(1);
    });

    it('wakes the listeners of one topic only', async () => {
      const { bus } = await join();
      const collected = TOPICS.map((topic) => collect(bus, topic));
      for (const topic of TOPICS) bus.publish(topic, `id of ${topic}`);
      await Promise.all(collected.map(({ has }) => has(1)));
      expect(collected.map(({ ids }) => ids)).toEqual(TOPICS.map((topic) => [`id of ${topic}`]));
    });

    it('stops with the returned function, for this listener only', async () => {
      const { bus } = await join();
      const [stopped, kept] = [collect(bus, 'session'), collect(bus, 'session')];
      bus.publish('session', '1');
      await Promise.all([stopped.has(1), kept.has(1)]);
      stopped.unsubscribe();
      stopped.unsubscribe();
      bus.publish('session', '2');
      await kept.has(2);
      expect(stopped.ids).toEqual(['1']);
    });

    it('counts a function that is subscribed twice as two listeners', async () => {
      const { bus } = await join();
      const ids: string[] = [];
      const listener = (id: string) => void ids.push(id);
      const unsubscribe = bus.subscribe('reply', listener);
      bus.subscribe('reply', listener);
      bus.publish('reply', 'a');
      await waitForCount(ids, 2);
      unsubscribe();
      bus.publish('reply', 'b');
      await waitForCount(ids, 3);
      expect(ids).toEqual(['a', 'a', 'b']);
    });

    it('survives a listener that throws, and logs it', async () => {
      const { bus, log } = await join();
      bus.subscribe('reply', () => {
        throw new Error('broken');
      });
      const { has } = collect(bus, 'reply');
      bus.publish('reply', 'a');
      await has(1);
      expect(log.join('')).toContain('broken');
    });

    it('does not throw for an ID that is too long, and passes it to no listener', async () => {
      const { bus } = await join();
      const { ids, has } = collect(bus, 'reply');
      bus.publish('reply', 'x'.repeat(LONGEST_ID + 1));
      bus.publish('reply', 'short');
      await has(1);
      expect(ids).toEqual(['short']);
    });

    it(`is ${isConnected ? '' : 'not '}connected, and not after its end`, async () => {
      const { bus } = await join();
      expect(bus.isConnected()).toBe(isConnected);
      await bus.close();
      expect(bus.isConnected()).toBe(false);
    });

    it('closes as often as it is asked to, and is silent afterwards', async () => {
      const { bus, log } = await join();
      const { ids } = collect(bus, 'command');
      await Promise.all([bus.close(), bus.close()]);
      await bus.close();
      bus.publish('command', 'late');
      bus.subscribe('command', (id) => void ids.push(id))();
      await waitFor(() => server.countConnections() === 0 || undefined, 'no connections');
      expect(ids).toEqual([]);
      expect(log).toEqual([]);
    });

    it('closes before it is connected', async () => {
      const { bus, log } = server.createNode();
      await bus.close();
      await waitFor(() => server.countConnections() === 0 || undefined, 'no connections');
      expect(log).toEqual([]);
    });

    if (!isShared) return;

    it('wakes the listeners of other nodes', async () => {
      const [one, two, three] = [await join(), await join(), await join()];
      const collected = [one, two, three].map(({ bus }) => collect(bus, 'command'));
      one.bus.publish('command', 'a');
      two.bus.publish('command', 'b');
      await Promise.all(collected.map(({ has }) => has(2)));
      for (const { ids } of collected) expect([...ids].sort()).toEqual(['a', 'b']);
    });

    it('passes IDs of any characters unchanged', async () => {
      const [sender, receiver] = [await join(), await join()];
      const { ids, has } = collect(receiver.bus, 'command');
      for (const id of ODD_IDS) sender.bus.publish('command', id);
      await has(ODD_IDS.length);
      expect(ids).toEqual(ODD_IDS);
    });

    it('passes a thousand wake-ups at once, each once and in their order', async () => {
      const [sender, receiver] = [await join(), await join()];
      const [own, others] = [collect(sender.bus, 'session'), collect(receiver.bus, 'session')];
      const sent = Array.from({ length: 1000 }, (_, index) => `${index}-${'x'.repeat(100)}`);
      for (const id of sent) sender.bus.publish('session', id);
      await Promise.all([own.has(1000), others.has(1000)]);
      expect(own.ids).toEqual(sent);
      expect(others.ids).toEqual(sent);
    });

    it('keeps the order of wake-ups of different ticks', async () => {
      const [sender, receiver] = [await join(), await join()];
      const { ids, has } = collect(receiver.bus, 'session');
      const sent = Array.from({ length: 50 }, (_, index) => String(index));
      for (const id of sent) {
        sender.bus.publish('session', id);
        await new Promise(setImmediate);
      }
      await has(50);
      expect(ids).toEqual(sent);
    });

    it('sends what was published right before its end', async () => {
      const [sender, receiver] = [await join(), await join()];
      const { ids, has } = collect(receiver.bus, 'command');
      for (const id of ['1', '2', '3']) sender.bus.publish('command', id);
      await sender.bus.close();
      await has(3);
      expect(ids).toEqual(['1', '2', '3']);
    });
  });
}
