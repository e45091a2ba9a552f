import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/storage/database.ts';
import {
  createTestDatabase,
  type ServerName,
  serverDialects,
  type TestDatabase,
} from '../../support/database/databases.ts';
import { open } from '../../support/database/migrated-database.ts';
import { isFull, killsOf } from '../../support/full-run.ts';
import type { Answer } from '../../support/http/client.ts';
import type { ServerProcess } from '../../support/process/server-process.ts';
import { startWhatsAppProcess } from '../../support/process/whatsapp-process.ts';
import { hasRedis } from '../../support/redis.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createLinkingCalls } from '../../support/whatsapp/linked-harness.ts';
import { type Lab, type Phone, startLab } from '../../support/whatsapp-lab/lab.ts';

type Lane = {
  readonly name: string;
  readonly dialect: ServerName;
  readonly nodes: number;
  readonly env?: Readonly<Record<string, string>>;
};

/** What a caller knows of one code: without an answer, its node died. */
type Sent = { readonly person: Phone; readonly answer: Answer | undefined };

const SESSIONS = ['one', 'two', 'three', 'four'];
const SENDS = isFull ? 1000 : 40;
const SENDERS = 6;

/** Longer than a lease, and than the start of a process on a busy machine. */
const RECOVERY_MS = 40_000;

/**
 * Twice the default. On a busy machine, a request waits longer than that for a number that moves to another node. One
 * that is lost would run out of any time.
 */
const ENV = { CHANNEL_TIMEOUT_SECONDS: '20' };

/** Why codes were not sent; `undefined` if the node did not answer. */
function refusalsOf(sent: readonly Sent[]) {
  const refused = sent.filter(({ answer }) => answer?.status !== 200);
  return refused.map(({ answer }) => answer?.body.errors ?? answer?.body.code);
}

/** The suite of several processes that share four numbers: any of them serves any number. */
export function shareNumbers({ name, dialect, nodes: count, env = {} }: Lane): void {
  const isReachable = serverDialects.includes(dialect) && (hasRedis || !env['REDIS_URL']);
  // It starts many processes: the other lanes wait for a full run.
  describe.runIf(isReachable && (isFull || dialect === 'postgres'))(
    `${count} nodes on ${name}`,
    () => {
      let testDatabase: TestDatabase;
      let database: Database;
      let lab: Lab;
      const nodes: ServerProcess[] = [];

      const start = () => startWhatsAppProcess(lab, testDatabase, { ...ENV, ...env });

      beforeAll(async () => {
        testDatabase = await createTestDatabase(dialect);
        lab = await startLab();
        nodes.push(await start());
        while (nodes.length < count) nodes.push(await start());
        for (const [index, sessionId] of SESSIONS.entries()) {
          await createLinkingCalls(nodeAt(index)).link(lab.addPhone(), sessionId);
        }
        database = await open(testDatabase);
      }, 120_000);
      afterAll(async () => {
        await Promise.all(nodes.map((node) => node.stop('SIGKILL')));
        await database.close();
        await lab.close();
        await testDatabase.drop();
      });

      function nodeAt(index: number): ServerProcess {
        const node = nodes[index % nodes.length];
        if (!node) throw new Error('there is no node');
        return node;
      }

      /** Asks a node for a code by one of the numbers, whoever hosts it. */
      async function sendTo(node: ServerProcess, index: number): Promise<Sent> {
        const person = lab.addPhone();
        const sessionId = SESSIONS[index % SESSIONS.length];
        const body = { phoneNumber: person.number, sessionId };
        const answer = await node.client.post('/api/otp/send', body).catch(() => undefined);
        return { person, answer };
      }

      /** Sends codes through all nodes in turn until `isOver`. */
      async function sendUntil(isOver: (sent: number) => boolean): Promise<Sent[]> {
        const sent: Sent[] = [];
        let next = 0;
        const sender = async () => {
          while (!isOver(next)) {
            next += 1;
            sent.push(await sendTo(nodeAt(next), Math.floor(next / nodes.length)));
          }
        };
        await Promise.all(Array.from({ length: SENDERS }, sender));
        return sent;
      }

      /** Resolves when every number is open on one of the nodes. */
      async function untilAllOpen(): Promise<void> {
        const calls = createLinkingCalls(nodeAt(0));
        for (const id of SESSIONS) await calls.waitForState(['open'], id, RECOVERY_MS);
      }

      /** What was answered is on the phone, under the ID of the answer, and nothing is there twice. */
      async function expectOnce(sent: readonly Sent[]): Promise<void> {
        for (const { person, answer } of sent) {
          if (answer?.status === 200) {
            const messageId = answer.body.data?.['messageId'];
            await waitFor(() => person.inbox.at(0), `${person.number} to read ${messageId}`);
            expect(person.inbox.map(({ id }) => id)).toEqual([messageId]);
            expect(answer.body.data?.['channel']).toBe('whatsapp');
          }
          expect(person.inbox.length).toBeLessThanOrEqual(1);
        }
      }

      const countLeft = async (where: string) => {
        const [row] = await database.statements.select(
          `SELECT COUNT(*) AS "left" FROM ${where}`,
          [],
        );
        return Number(row?.['left']);
      };

      it('send every code once, whichever node is asked', { timeout: 1_200_000 }, async () => {
        const sent = await sendUntil((count) => count >= SENDS);
        expect(refusalsOf(sent)).toEqual([]);
        await expectOnce(sent);
        await waitFor(
          async () => ((await countLeft('"session_commands"')) === 0 ? true : undefined),
          'the commands to be gone',
        );
      });

      it('lose no request and no message when one is stopped', async () => {
        let isStopped = false;
        const leaving = nodes.shift();
        if (!leaving) throw new Error('there is no node');
        const last: Promise<Sent>[] = [];
        const sending = sendUntil(() => isStopped);
        // A load balancer sends requests until the node reports that it stops; these are in progress by then.
        for (let index = 0; index < 10; index += 1) last.push(sendTo(leaving, index));
        expect(await leaving.stop('SIGTERM')).toBe(0);
        await untilAllOpen();
        isStopped = true;
        const sent = [...(await sending), ...(await Promise.all(last))];
        expect(refusalsOf(sent)).toEqual([]);
        await expectOnce(sent);
        nodes.push(await start());
      });

      const kills = killsOf(20);

      it('lose nothing in silence when one is killed', {
        timeout: 60_000 + kills * 120_000,
      }, async () => {
        for (let kill = 0; kill < kills; kill += 1) {
          let isOver = false;
          const sending = sendUntil(() => isOver);
          await waitFor(() => (lab.phones.length % 5 === 0 ? true : undefined), 'some codes');
          const [dead] = nodes.splice(kill % nodes.length, 1);
          await dead?.stop('SIGKILL');
          await untilAllOpen();
          nodes.push(await start());
          isOver = true;
          await expectOnce(await sending);
        }
        await waitFor(
          async () =>
            (await countLeft(`"deliveries" WHERE "status" = 'sending'`)) === 0 ? true : undefined,
          'every delivery to have an end',
          60_000,
        );
        expect(lab.unhandled).toEqual([]);
      });
    },
  );
}
