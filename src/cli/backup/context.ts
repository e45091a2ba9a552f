import type { Config } from '../../../config/config.ts';
import type { Secrets } from '../../app/infrastructure.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { Environment } from '../../storage/backup/client-program.ts';

/** What the commands for backups get from outside. */
export type BackupContext = {
  readonly config: Config;
  readonly secrets: Secrets;
  /** The variables of the environment, by which the programs of a database server are found. */
  readonly environment: Environment;
  readonly now: Clock;
  /** Reports a step to the operator. */
  readonly print: (line: string) => void;
};
