import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Bench, Figure } from '../bench.ts';
import { seedDatabase } from '../contenders/seeded-waverify.ts';
import { startWaverifyNumbers } from '../contenders/waverify-numbers.ts';
import { startWhatsAppLab, type WhatsAppLab } from '../contenders/whatsapp-lab.ts';
import { runInTurn } from '../rounds.ts';
import { callJson } from '../support/call-json.ts';
import { COLLECTING, collectGarbage, readResidentMb } from '../support/resident-memory.ts';

const STORED = { chats: 5000, messages: 100_000 };

const GROUPS = { groups: 20, members: 500 };

const ROUNDS = 3;

/** By then, jobs that run every few seconds have run. */
const CALM_MS = 5000;

/** What a console reads in a busy hour: every page of a list up to this number. */
const MOST_PAGES = 60;

/** The memory of a node whose session has stored many messages, minus that of one whose session has none. */
export const memoryOfConversations: Figure = {
  name: 'memory-of-conversations',
  async measure(bench) {
    const lab = await startWhatsAppLab(bench);
    const secretKey = randomBytes(32).toString('hex');
    const seeded = await seedDatabase(
      bench,
      { activity: 0, otp: 0, ...STORED },
      {
        SECRET_KEY: secretKey,
      },
    );
    const [filled, empty] = [
      { path: seeded, secretKey },
      { path: bench.drawPath(), secretKey },
    ];
    // In a process of its own: linking leaves garbage in memory that is no part of the comparison.
    const owner = await linkSession(bench, lab, filled);
    await linkSession(bench, lab, empty);
    await createGroups(lab, owner);
    const samples = await runInTurn(
      bench,
      {
        filled: () => measureNode(bench, lab, filled),
        empty: () => measureNode(bench, lab, empty),
      },
      { warmUps: 0, rounds: ROUNDS },
    );
    const of = `resident memory after a garbage collection, with one session and after ${MOST_PAGES} pages of each list`;
    return [
      {
        figure: 'memory with many messages',
        unit: 'MB',
        ours: {
          of: `${of}: ${STORED.messages} messages in ${STORED.chats} chats, and ${GROUPS.groups} groups of ${GROUPS.members}`,
          values: samples.filled,
          cpuMicros: [],
        },
        other: { of: `${of}: no message`, values: samples.empty, cpuMicros: [] },
        comparison: 'difference',
        goal: { atMost: 40 },
      },
    ];
  },
};

type Node = { readonly path: string; readonly secretKey: string };

function startNode(bench: Bench, lab: WhatsAppLab, { path, secretKey }: Node) {
  const settings = { DB_SQLITE_PATH: path, SECRET_KEY: secretKey, ...COLLECTING };
  return startWaverifyNumbers(bench, lab, settings);
}

/** Links a new number, which is returned (E.164). */
async function linkSession(bench: Bench, lab: WhatsAppLab, node: Node): Promise<string> {
  const { server, linkNumber } = await startNode(bench, lab, node);
  const settings = { store: 'content', use: 'conversations', ignore: [] };
  const number = await linkNumber('default', settings);
  await server.stop();
  return number;
}

async function createGroups(lab: WhatsAppLab, owner: string): Promise<void> {
  const members = await lab.addPhones(GROUPS.members);
  for (let n = 1; n <= GROUPS.groups; n += 1) await lab.createGroup(owner, `Group ${n}`, members);
}

async function measureNode(bench: Bench, lab: WhatsAppLab, node: Node): Promise<number> {
  const { server, headers, waitUntilOpen } = await startNode(bench, lab, node);
  await waitUntilOpen('default');
  for (const list of ['chats', 'messages']) {
    await readPages(`${server.origin}/api/sessions/default/${list}?limit=100`, headers);
  }
  await readGroups(`${server.origin}/api/sessions/default/groups`, headers);
  await pause(CALM_MS);
  await collectGarbage(server);
  const memory = await readResidentMb(server);
  await server.stop();
  return memory;
}

/** Reads all groups, each with its members. */
async function readGroups(url: string, headers: Readonly<Record<string, string>>): Promise<void> {
  const { data } = (await callJson(`${url}?limit=100`, { method: 'GET', headers })) as {
    readonly data: { readonly items: readonly { readonly group: string }[] };
  };
  for (const { group } of data.items) await callJson(`${url}/${group}`, { method: 'GET', headers });
}

async function readPages(url: string, headers: Readonly<Record<string, string>>): Promise<void> {
  let cursor = '';
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await callJson(`${url}${cursor}`, { method: 'GET', headers });
    const { nextCursor } = answer as { readonly nextCursor: string | null };
    if (!nextCursor) return;
    cursor = `&cursor=${encodeURIComponent(nextCursor)}`;
  }
}
