import { LRUCache } from 'lru-cache';
import { type Caller, formatCaller } from '../../../domain/access/caller.ts';
import type { Asker } from '../../../lib/concurrency/bounded-queue.ts';
import { createRecentOutcomes } from '../../../lib/concurrency/recent-outcomes.ts';

export type Suspects = ReturnType<typeof createSuspects>;

const OUTCOMES = 100;
const SUBJECTS = 10_000;

/** So many sends and wrong codes that nothing good came of say something about one address, or about a key. */
const TELLING_OF_ADDRESS = 8;
const TELLING_OF_CREDENTIAL = 50;

/** More of the latest outcomes than people at a login page leave undone. */
const DOMINANT = 0.8;

/**
 * Tells by the latest outcomes, in the memory of this process, who looks like an attacker: nearly all
 * that it asked for was never verified. Nothing is refused for that; such callers wait for a hash
 * behind the others.
 */
export function createSuspects() {
  const outcomes = createRecentOutcomes({ size: OUTCOMES, subjects: SUBJECTS });
  const askers = new LRUCache<string, true>({ max: SUBJECTS });

  function noteSend(caller: Caller): void {
    askers.set(namesOf(caller).address, true);
    noteUnproven(caller);
  }

  /** Whether an end user's address is known from which no code was asked for. */
  function isStranger(caller: Caller): boolean {
    return caller.clientIp !== undefined && !askers.has(namesOf(caller).address);
  }

  /** Notes a send, or a wrong code. */
  function noteUnproven(caller: Caller): void {
    for (const name of Object.values(namesOf(caller))) outcomes.add(name, true);
  }

  /** Notes a right code, which makes up for its send and for the wrong ones before it. */
  function noteProven(caller: Caller, slips: number): void {
    for (const name of Object.values(namesOf(caller))) {
      outcomes.forgive(name, 1 + slips);
      outcomes.add(name, false);
    }
  }

  /** With whom a caller takes turns: other keys, and among the users of one key other addresses. */
  function toAsker(caller: Caller, { isSuspect }: { readonly isSuspect: boolean }): Asker {
    const { credential, address } = namesOf(caller);
    const isTold =
      outcomes.isDominated(address, DOMINANT, TELLING_OF_ADDRESS) ||
      outcomes.isDominated(credential, DOMINANT, TELLING_OF_CREDENTIAL);
    return { credential, address, isSuspect: isSuspect || isTold };
  }

  return { noteSend, noteUnproven, noteProven, isStranger, toAsker };
}

function namesOf(caller: Caller) {
  const credential = formatCaller(caller);
  return { credential, address: `${credential}|${caller.ipAddress}` };
}
