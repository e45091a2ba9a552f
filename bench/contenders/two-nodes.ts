import { createTestDatabase, type ServerName } from '../../test/support/database/databases.ts';
import type { Bench } from '../bench.ts';
import { readMetric } from '../support/read-metric.ts';
import { waitFor } from '../support/wait-for.ts';
import { startWaverifyNumbers } from './waverify-numbers.ts';
import { startWhatsAppLab, type WhatsAppLab } from './whatsapp-lab.ts';

type Settings = Readonly<Record<string, string>>;

export type Node = Awaited<ReturnType<typeof startWaverifyNumbers>>;

export type TwoNodes = {
  readonly lab: WhatsAppLab;
  /** Links and hosts the number. It keeps it, because a node hands none over while it hosts only one. */
  readonly host: Node;
  readonly other: Node;
};

const SESSION = 'default';
const SENT_ELSEWHERE = 'waverify_session_commands_total{command="send_code",outcome="done"}';

/**
 * Runs a task with two nodes that share a new database on a server and one linked number. Then stops the nodes and
 * drops the database.
 */
export async function withTwoNodes<T>(
  bench: Bench,
  { dialect, settings }: { readonly dialect: ServerName; readonly settings: Settings },
  task: (nodes: TwoNodes) => Promise<T>,
): Promise<T> {
  const database = await createTestDatabase(dialect);
  const nodes: Node[] = [];
  try {
    const lab = await startWhatsAppLab(bench);
    const start = async () => {
      const shared = { DATABASE_URL: database.url, SECRET_KEY: 'f'.repeat(64) };
      const node = await startWaverifyNumbers(bench, lab, { ...settings, ...shared });
      nodes.push(node);
      return node;
    };
    const host = await start();
    const other = await start();
    await host.linkNumber(SESSION);
    await other.waitUntilOpen(SESSION);
    for (const node of nodes) await waitForBus(node);
    return await task({ lab, host, other });
  } finally {
    // The host is last: with no other node left, it hands its number over to none.
    for (const { server } of nodes.toReversed()) await server.stop();
    await database.drop();
  }
}

/** Without the bus, nodes find each other's commands by reading the database now and then. */
async function waitForBus(node: Node): Promise<void> {
  await waitFor('wake-up between nodes', async () => {
    const isConnected = await readMetric(node, 'waverify_bus_connected');
    return isConnected === 1 || undefined;
  });
}

/** @throws unless `host` has hosted the number the whole time, and `other` passed all of its codes on. */
export async function checkHost({ host, other }: TwoNodes, sentOnOther: number): Promise<void> {
  const [byHost, byOther] = await Promise.all([
    readMetric(host, SENT_ELSEWHERE),
    readMetric(other, SENT_ELSEWHERE),
  ]);
  if (byHost === 0 && byOther === sentOnOther) return;
  throw new Error(
    `Of ${sentOnOther} codes, ${byOther} were passed to the host, which passed ${byHost} on`,
  );
}
