import { z } from 'zod';
import { parseJson } from '../lib/json.ts';
import { LONGEST_ID, TOPICS, type Topic } from './contract.ts';

export type WakeUp = readonly [topic: Topic, id: string];

/** What one node sends to all others. One without wake-ups only tests the connection. */
export type Message = { readonly from: string; readonly wakeUps: readonly WakeUp[] };

/** PostgreSQL accepts less than 8000 bytes. An ID takes at most six for each of its characters. */
const LONGEST_MESSAGE = 4000;

const Envelope = z.object({ from: z.string(), wakeUps: z.array(z.unknown()) });
const Entry = z.tuple([z.enum(TOPICS), z.string().max(LONGEST_ID)]);

/** Writes the wake-ups into as few messages as fit, in this order. Without any, into one empty message. */
export function writeMessages({ from, wakeUps }: Message): string[] {
  const start = `{"from":${toAscii(from)},"wakeUps":[`;
  const end = ']}';
  const messages: string[] = [];
  let items = '';
  for (const wakeUp of wakeUps) {
    const item = toAscii(wakeUp);
    const isFull = start.length + items.length + 1 + item.length + end.length > LONGEST_MESSAGE;
    if (isFull && items !== '') {
      messages.push(start + items + end);
      items = '';
    }
    items += items === '' ? item : `,${item}`;
  }
  return [...messages, start + items + end];
}

/**
 * Reads a message; undefined if it is not one. Everyone who may use the database can send to its channel, and a later
 * version may have more topics: what is unknown is left out.
 */
export function readMessage(text: string): Message | undefined {
  const { data } = Envelope.safeParse(parseJson(text));
  if (!data) return undefined;
  const wakeUps = data.wakeUps.flatMap((item) => {
    const entry = Entry.safeParse(item);
    return entry.success ? [entry.data] : [];
  });
  return { from: data.from, wakeUps };
}

/** JSON in ASCII: it fits into a database of any encoding, and a character is a byte. */
function toAscii(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
