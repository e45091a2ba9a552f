import { createRecentEntries } from '../recent-entries.ts';

type Options = {
  /** How many outcomes are kept per subject. */
  readonly size: number;
  /** How many subjects are kept; the least recently used is evicted first. */
  readonly subjects: number;
};

/** Keeps the last `size` outcomes of each subject in memory. */
export function createRecentOutcomes({ size, subjects }: Options) {
  const outcomes = createRecentEntries<boolean[]>({ most: subjects });

  function add(subject: string, isFailure: boolean): void {
    const latest = outcomes.get(subject) ?? [];
    latest.push(isFailure);
    if (latest.length > size) latest.shift();
    outcomes.set(subject, latest);
  }

  /** Removes the latest `count` failures of a subject. */
  function forgive(subject: string, count: number): void {
    const latest = outcomes.get(subject) ?? [];
    for (let left = count; left > 0; left -= 1) {
      const index = latest.lastIndexOf(true);
      if (index === -1) return;
      latest.splice(index, 1);
    }
  }

  /** The share of failures among the latest outcomes, from 0 to 1; 0 when there is none. */
  function failureRatio(subject: string): number {
    const latest = outcomes.get(subject) ?? [];
    if (latest.length === 0) return 0;
    return latest.filter(Boolean).length / latest.length;
  }

  /** Whether more than `share` of the latest outcomes are failures, and at least `count` of them. */
  function isDominated(subject: string, share: number, count: number): boolean {
    const latest = outcomes.get(subject) ?? [];
    if (latest.length < count) return false;
    const failures = latest.filter(Boolean).length;
    return failures >= count && failures > latest.length * share;
  }

  return { add, forgive, failureRatio, isDominated };
}
