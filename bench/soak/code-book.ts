import { setTimeout as pause } from 'node:timers/promises';
import type { WhatsAppLab } from '../contenders/whatsapp-lab.ts';
import type { CodeSink } from '../support/code-sink.ts';

const LONGEST_WAIT_MS = 10_000;
const POLL_MS = 20;
const RETRY_MS = 200;

/** After more in a row, the lab is not there any longer. */
const MOST_FAILURES = 5;

export type CodeBook = ReturnType<typeof openCodeBook>;

/** Collects the codes that recipients get, from the gateway and from the phones of the lab. */
export function openCodeBook(sink: CodeSink, lab: WhatsAppLab) {
  const codes = new Map<string, string>();
  let isClosed = false;
  let failures = 0;
  const reading = readPhones();

  async function readPhones(): Promise<void> {
    while (!isClosed) await readNext().catch(waitAfterFailure);
  }

  async function readNext(): Promise<void> {
    for (const { to, code } of await lab.takeRead()) if (code) codes.set(`+${to}`, code);
    failures = 0;
  }

  /** A kept connection can end just when it is used. */
  async function waitAfterFailure(): Promise<void> {
    failures += 1;
    await pause(RETRY_MS);
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
    const cause = failures > MOST_FAILURES ? ': the WhatsApp lab does not respond' : '';
    throw new Error(`a code did not arrive within 10 s${cause}`);
  }

  return {
    take,
    async close(): Promise<void> {
      isClosed = true;
      await reading;
    },
  };
}
