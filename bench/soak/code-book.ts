import { setTimeout as pause } from 'node:timers/promises';
import type { WhatsAppLab } from '../contenders/whatsapp-lab.ts';
import type { CodeSink } from '../support/code-sink.ts';

const LONGEST_WAIT_MS = 10_000;
const POLL_MS = 20;

export type CodeBook = ReturnType<typeof openCodeBook>;

/** Collects the codes that recipients get, from the gateway and from the phones of the lab. */
export function openCodeBook(sink: CodeSink, lab: WhatsAppLab) {
  const codes = new Map<string, string>();
  let isClosed = false;
  const reading = readPhones();

  async function readPhones(): Promise<void> {
    while (!isClosed) {
      for (const { to, code } of await lab.takeRead()) if (code) codes.set(`+${to}`, code);
    }
  }

  /** Takes the code that a number (E.164) got since the last call. @throws if it gets none in ten seconds. */
  async function take(phoneNumber: string): Promise<string> {
    const giveUpAt = performance.now() + LONGEST_WAIT_MS;
    while (performance.now() < giveUpAt) {
      for (const [number, code] of await sink.takeAll()) codes.set(number, code);
      const code = codes.get(phoneNumber);
      codes.delete(phoneNumber);
      if (code) return code;
      await pause(POLL_MS);
    }
    throw new Error('a code did not arrive within 10 s');
  }

  return {
    take,
    async close(): Promise<void> {
      isClosed = true;
      await reading;
    },
  };
}
