import type { Bench } from './bench.ts';

/** Measures one contender once. */
export type Contender<Sample> = () => Promise<Sample>;

/**
 * Runs the contenders in turn, for `rounds` rounds after `warmUps` rounds that do not count; in a quick run, for
 * fewer of both. Every other round is in reverse order, so that no contender always runs after the same other one.
 */
export async function runInTurn<Name extends string, Sample>(
  { mostRounds }: Pick<Bench, 'mostRounds'>,
  contenders: Readonly<Record<Name, Contender<Sample>>>,
  planned: { readonly warmUps: number; readonly rounds: number },
): Promise<Record<Name, Sample[]>> {
  const warmUps = Math.min(planned.warmUps, mostRounds);
  const rounds = Math.min(planned.rounds, mostRounds);
  const names = Object.keys(contenders) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    Name,
    Sample[]
  >;
  for (let round = -warmUps; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const sample = await contenders[name]();
      if (round >= 0) samples[name].push(sample);
    }
  }
  return samples;
}
