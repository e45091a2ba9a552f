import { setPriority } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { startTcpProxy } from '../../test/support/process/tcp-proxy.ts';
import type { Bench, Figure } from '../bench.ts';
import { startWaverifyNumbers } from '../contenders/waverify-numbers.ts';
import { startWhatsAppLab, type WhatsAppLab } from '../contenders/whatsapp-lab.ts';
import { runInTurn } from '../rounds.ts';
import { quantile } from '../statistics.ts';
import { waitFor } from '../support/wait-for.ts';

const ROUNDS = 5;
const CODES_PER_ROUND = 60;
const RECIPIENTS = 30;

/** Codes are requested one after the other, with a pause in which the receipts of the last one arrive. */
const CALM_MS = 50;

/** Of `setPriority`: it works when the others have nothing to do. */
const LOW_PRIORITY = 15;

const STRANGERS = 20;
const INBOUND_PER_SECOND = 50;

const HISTORY_MESSAGES = 5000;
const MESSAGES_PER_CHAT = 25;

/** The lab takes request bodies of 64 KiB at most. */
const CHATS_PER_PIECE = 16;

/** Small enough not to hide the cost of sending. */
const CHEAP_HASH = { OTP_HASH_MEMORY_KIB: '1024', OTP_HASH_TIME_COST: '1' };

/**
 * The time until a phone has a code, while another session receives 50 messages per second and stores 5,000 messages of
 * the past in each round: a session of the same node, compared with no such session, and with a session of another node.
 * The other session is linked to a lab of its own with a low priority, so that what sends all of this does not hold up
 * the phones that read the codes.
 */
export const codesBesideConversations: Figure = {
  name: 'codes-beside-conversations',
  async measure(bench) {
    const labs = await startTwoLabs(bench);
    const { lab, busyLab } = labs;
    const recipients = await lab.addPhones(RECIPIENTS);
    const node = await startWaverifyNumbers(bench, labs.atNext, CHEAP_HASH);
    const otherNode = await startWaverifyNumbers(bench, labs.atNext, CHEAP_HASH);
    await node.linkNumber('codes');
    labs.switchToBusy();
    const [here, there] = [await linkShop(node), await linkShop(otherNode)];
    const strangers = await busyLab.addPhones(STRANGERS);
    const sender = node.asCode();

    async function sendCodes(): Promise<number> {
      const tookMs: number[] = [];
      for (let n = 0; n < CODES_PER_ROUND; n += 1) {
        const phoneNumber = recipients[n % recipients.length] ?? '';
        const startedAt = await sender.sendAll([{ phoneNumber, text: '' }], 1);
        const [readAt = Number.NaN] = await lab.takeReadTimes([phoneNumber]);
        tookMs.push(readAt - startedAt);
        await pause(CALM_MS);
      }
      return quantile(tookMs, 0.95);
    }

    async function sendCodesBeside({ numbers, shop }: Shop): Promise<number> {
      const last = await startHistory(busyLab, shop);
      const inbound = startInbound(busyLab, strangers, shop);
      const p95 = await sendCodes();
      const perSecond = await inbound.stop();
      if (perSecond < INBOUND_PER_SECOND * 0.9) {
        throw new Error(`The lab sent ${perSecond.toFixed(0)} messages per second only`);
      }
      await waitFor('last message of the history', async () => {
        const path = `/api/sessions/shop/messages?chat=${encodeURIComponent(last)}&limit=1`;
        const { items } = await numbers.call('GET', path);
        return (items as readonly unknown[]).length > 0 || undefined;
      });
      return p95;
    }

    await sendCodes();
    const { alone, beside, elsewhere } = await runInTurn(
      bench,
      {
        alone: sendCodes,
        beside: () => sendCodesBeside(here),
        elsewhere: () => sendCodesBeside(there),
      },
      { warmUps: 1, rounds: ROUNDS },
    ).finally(labs.close);
    const ofCode = 'otp/send of Waverify until the phone has the code, one at a time';
    const load = `${INBOUND_PER_SECOND} inbound messages/s and a history of ${HISTORY_MESSAGES}`;
    const ours = { of: `${ofCode}, beside ${load}`, values: beside, cpuMicros: [] };
    const goal = { atMost: 1.2 };
    return [
      {
        figure: 'code until read, p95, beside conversations / alone',
        ...{ unit: 'ms', ours, goal },
        other: { of: `${ofCode}, alone`, values: alone, cpuMicros: [] },
      },
      {
        figure: 'code until read, p95, beside conversations / with these on another node',
        ...{ unit: 'ms', ours, goal },
        other: { of: `${ofCode}, ${load} on another node`, values: elsewhere, cpuMicros: [] },
      },
    ];
  },
};

/** Starts a lab for codes, and one for conversations. New connections go to the first until they are switched. */
async function startTwoLabs(bench: Bench) {
  const [lab, busyLab] = [await startWhatsAppLab(bench), await startWhatsAppLab(bench)];
  setPriority(busyLab.pid, LOW_PRIORITY);
  let next = lab;
  const portOf = ({ url }: WhatsAppLab) => Number(new URL(url).port);
  const target = { host: '127.0.0.1', port: portOf(lab) };
  const proxy = await startTcpProxy(target);
  const url = new URL(lab.url);
  url.port = String(proxy.port);
  return {
    ...{ lab, busyLab },
    /** The lab to which new connections go. */
    atNext: { ...lab, url: url.href, scanQr: (qr: string) => next.scanQr(qr) },
    close: () => proxy.close(),
    switchToBusy(): void {
      next = busyLab;
      target.port = portOf(busyLab);
    },
  };
}

type Numbers = Awaited<ReturnType<typeof startWaverifyNumbers>>;

/** A session for conversations: its node, and its number (E.164). */
type Shop = { readonly numbers: Numbers; readonly shop: string };

async function linkShop(numbers: Numbers): Promise<Shop> {
  const shop = await numbers.linkNumber('shop', { store: 'content', use: 'conversations' });
  return { numbers, shop };
}

/** Sends chats of the past with new people to a linked number. Returns the number of the last one. */
async function startHistory(lab: WhatsAppLab, owner: string): Promise<string> {
  const people = await lab.addPhones(HISTORY_MESSAGES / MESSAGES_PER_CHAT);
  for (let at = 0; at < people.length; at += CHATS_PER_PIECE) {
    const piece = people.slice(at, at + CHATS_PER_PIECE);
    await lab.sendHistory(
      owner,
      piece.map((person, n) => toChat(person, at + n)),
    );
  }
  return people.at(-1) ?? '';
}

function toChat(person: string, index: number) {
  const yesterday = Date.now() - 86_400_000;
  const messages = Array.from({ length: MESSAGES_PER_CHAT }, (_, n) => ({
    id: `OLD${person.slice(1)}${n}`,
    text: `Message ${n} of chat ${index}`,
    sentAt: new Date(yesterday + n * 1000),
  }));
  return { with: person, messages };
}

/** Makes people write to a number until it is stopped, which returns how many messages per second they sent. */
function startInbound(lab: WhatsAppLab, people: readonly string[], to: string) {
  const startedAt = performance.now();
  let sent = 0;
  const writing = new Set<Promise<void>>();
  const timer = setInterval(() => {
    const from = people[sent % people.length] ?? '';
    sent += 1;
    const one = lab.write(from, to, `Hello, this is message ${sent}`);
    writing.add(one);
    one.finally(() => writing.delete(one)).catch(() => {});
  }, 1000 / INBOUND_PER_SECOND);
  return {
    async stop(): Promise<number> {
      clearInterval(timer);
      const seconds = (performance.now() - startedAt) / 1000;
      await Promise.all(writing);
      return sent / seconds;
    },
  };
}
