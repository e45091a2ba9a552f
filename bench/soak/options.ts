import { isAbsolute, resolve } from 'node:path';
import { type DialectName, dialects } from '../../test/support/database/databases.ts';

export type SoakOptions = {
  readonly minutes: number;
  readonly dialect: DialectName;
  /** Users per second; a third of what the service can serve if it is missing. */
  readonly rate: number | undefined;
  /** How often the clock of the service is set ahead, so that it prunes. */
  readonly steps: number;
  readonly samplesPath: string | undefined;
};

const DEFAULT_MINUTES = 2;

/** A week. */
const MOST_MINUTES = 10_080;
const MOST_PER_SECOND = 10_000;
const MOST_STEPS = 1000;

type Flags = Readonly<
  Partial<Record<'minutes' | 'dialect' | 'rate' | 'steps' | 'samples', string>>
>;

/** Reads the options of the command line. @throws if one is invalid, or no server of the dialect responds. */
export function readSoakOptions({
  minutes,
  dialect = 'sqlite',
  rate,
  steps,
  samples,
}: Flags): SoakOptions {
  const found = dialects.find((name) => name === dialect);
  if (!found) {
    throw new Error(
      `--dialect must be one of ${dialects.join(', ')}: these respond on this machine`,
    );
  }
  return {
    dialect: found,
    minutes: readNumber('--minutes', minutes, MOST_MINUTES) ?? DEFAULT_MINUTES,
    rate: readNumber('--rate', rate, MOST_PER_SECOND),
    steps: Math.floor(readNumber('--steps', steps, MOST_STEPS) ?? 0),
    samplesPath: samples === undefined || isAbsolute(samples) ? samples : resolve(samples),
  };
}

function readNumber(name: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (value > 0 && value <= most) return value;
  throw new Error(`${name} must be a number above 0, at most ${most}`);
}
