import type { readConfig } from '../../../config/read-config.ts';
import type { Clock } from '../../lib/time/clock.ts';

/** What the checks get from outside. */
export type DoctorContext = ReturnType<typeof readConfig> & {
  readonly now: Clock;
  /** Such as `20.18.1`. */
  readonly nodeVersion: string;
  /** Where the configuration comes from. */
  readonly sources: ConfigSources;
  /** How many bytes the disk of an existing path has left for this user. */
  readonly readFreeBytes: (path: string) => Promise<number>;
};

export type ConfigSources = {
  /** The names of variables that were set in the environment. */
  readonly environment: readonly string[];
  /** The names of variables that came from the file .env. */
  readonly file: readonly string[];
};
