import { type Caller, formatCaller } from '../../../domain/access/caller.ts';
import type { Asker } from '../../../lib/concurrency/bounded-queue.ts';
import { createRecentOutcomes } from '../../../lib/concurrency/recent-outcomes.ts';
import { createRecentEntries } from '../../../lib/recent-entries.ts';

export type Suspects = ReturnType<typeof createSuspects>;

const OUTCOMES = 100;
const SUBJECTS = 10_000;

/** The smallest number of outcomes from which an address or a key can be judged. */
const MIN_OUTCOMES_OF_ADDRESS = 8;
const MIN_OUTCOMES_OF_CREDENTIAL = 50;

/** A higher share of the latest outcomes than real users leave unverified. */
const DOMINANT = 0.8;

/**
 * Detects callers that look like attackers: in the latest outcomes, which this process keeps in memory,
 * nearly all of their codes were never verified. They are not refused, but wait for a hash behind others.
 */
export function createSuspects() {
  const outcomes = createRecentOutcomes({ size: OUTCOMES, subjects: SUBJECTS });
  const askers = createRecentEntries<true>({ most: SUBJECTS });

  function noteSend(caller: Caller): void {
    askers.set(namesOf(caller).address, true);
    noteUnproven(caller);
  }

  /** Whether the caller names an end user's address that has not requested a code. */
  function isStranger(caller: Caller): boolean {
    return caller.clientIp !== undefined && !askers.has(namesOf(caller).address);
  }

  /** Notes a send, or a wrong code. */
  function noteUnproven(caller: Caller): void {
    for (const name of Object.values(namesOf(caller))) outcomes.add(name, true);
  }

  /** Notes a correct code, which offsets its send and the wrong codes before it. */
  function noteProven(caller: Caller, slips: number): void {
    for (const name of Object.values(namesOf(caller))) {
      outcomes.forgive(name, 1 + slips);
      outcomes.add(name, false);
    }
  }

  /** The caller in the hash queue, where keys take turns, and within a key addresses. */
  function toAsker(caller: Caller, { isSuspect }: { readonly isSuspect: boolean }): Asker {
    const { credential, address } = namesOf(caller);
    const isKnownSuspect =
      outcomes.isDominated(address, DOMINANT, MIN_OUTCOMES_OF_ADDRESS) ||
      outcomes.isDominated(credential, DOMINANT, MIN_OUTCOMES_OF_CREDENTIAL);
    return { credential, address, isSuspect: isSuspect || isKnownSuspect };
  }

  return { noteSend, noteUnproven, noteProven, isStranger, toAsker };
}

function namesOf(caller: Caller) {
  const credential = formatCaller(caller);
  return { credential, address: `${credential}|${caller.ipAddress}` };
}
