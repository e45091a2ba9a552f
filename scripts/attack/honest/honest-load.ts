import { setTimeout as pause } from 'node:timers/promises';
import type { CodeSink } from '../../../bench/support/code-sink.ts';
import { createCaller } from '../caller.ts';
import { honestAddress, isTargeted, mistypes, numberOf } from '../people.ts';
import type { Counts } from '../tally.ts';
import { createCodeBook } from './code-book.ts';
import { type Login, logIn } from './honest-login.ts';

/** More than are ever needed at once, so that no login waits for a connection. */
const CONNECTIONS = 256;

export type HonestResult = {
  readonly logins: number;
  readonly succeeded: number;
  /** Logins of people whose numbers the attackers knew. */
  readonly targeted: { readonly logins: number; readonly succeeded: number };
  /** Of successful logins, in order of arrival. */
  readonly sendMs: readonly number[];
  readonly verifyMs: readonly number[];
  readonly loginMs: readonly number[];
  /** Why the other logins failed, by step and code. */
  readonly failures: Counts;
};

type Options = {
  readonly origin: string;
  readonly sink: CodeSink;
  /** The keys of the login servers, which people use in turn. */
  readonly shopKeys: readonly string[];
  readonly seconds: number;
  /** Logins per second. */
  readonly rate: number;
};

/** Starts logins at a fixed rate, however long the others take (an open loop). */
export async function runHonestLoad(options: Options): Promise<HonestResult> {
  const { origin, sink, shopKeys, seconds, rate } = options;
  const caller = createCaller(origin, CONNECTIONS);
  const codes = createCodeBook(sink);
  const startedAt = performance.now();
  const logins: Promise<Login>[] = [];
  try {
    for (let index = 0; index < seconds * rate; index += 1) {
      await pause(Math.max(0, startedAt + (index * 1000) / rate - performance.now()));
      const person = {
        phoneNumber: numberOf('honest', index),
        clientIp: honestAddress(index),
        mistypes: mistypes(index),
        shop: index % shopKeys.length,
      };
      logins.push(logIn({ caller, codes, shopKeys }, person));
    }
    return summarize(await Promise.all(logins));
  } finally {
    await caller.close();
  }
}

function summarize(logins: readonly Login[]): HonestResult {
  const good = logins.filter((login) => login.outcome === 'in');
  const targeted = logins.filter((_, index) => isTargeted(index));
  const failures: Record<string, number> = {};
  for (const login of logins) {
    if (login.outcome === 'out') failures[login.reason] = (failures[login.reason] ?? 0) + 1;
  }
  return {
    logins: logins.length,
    succeeded: good.length,
    targeted: {
      logins: targeted.length,
      succeeded: targeted.filter(({ outcome }) => outcome === 'in').length,
    },
    sendMs: good.map(({ sendMs }) => sendMs),
    verifyMs: good.map(({ verifyMs }) => verifyMs),
    loginMs: good.map(({ sendMs, verifyMs }) => sendMs + verifyMs),
    failures,
  };
}
