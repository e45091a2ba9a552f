import { statfs } from 'node:fs/promises';
import { variableNames } from '../../../config/env.ts';
import { readConfig } from '../../../config/read-config.ts';
import { systemClock } from '../../lib/time/clock.ts';
import type { ConfigSources, DoctorContext } from './context.ts';
import { examineDatabase } from './examine-database.ts';
import { examineDisk } from './examine-disk.ts';
import { examineSettings } from './examine-settings.ts';
import { error, type Finding } from './finding.ts';
import { sendOne } from './send-one.ts';

type Variables = Record<string, string | undefined>;

/** What tests set. */
type Overrides = Partial<Pick<DoctorContext, 'now' | 'nodeVersion' | 'readFreeBytes'>>;

type Options = {
  /** A number to which the running service sends a code. */
  readonly send?: string | undefined;
};

/**
 * Checks everything that can be checked from this machine, and changes nothing. Without `send`, no message is sent.
 * `variables` is the environment, to which those of the file .env are added.
 */
export async function examine(
  variables: Variables,
  { send }: Options = {},
  overrides: Overrides = {},
): Promise<Finding[]> {
  const before = Object.keys(variables);
  let settings: ReturnType<typeof readConfig>;
  try {
    settings = readConfig(variables);
  } catch (cause) {
    return toConfigFaults(cause as Error);
  }
  const ctx: DoctorContext = {
    ...settings,
    now: systemClock,
    nodeVersion: process.versions.node,
    readFreeBytes,
    sources: findSources(before, variables),
    ...overrides,
  };
  const findings = [
    ...examineSettings(ctx),
    ...(await examineDisk(ctx)),
    ...(await examineDatabase(ctx)),
  ];
  return send === undefined ? findings : [...findings, await sendOne(ctx, send)];
}

/** One finding for each line of an invalid configuration. */
function toConfigFaults({ message }: Error): Finding[] {
  const [title = '', ...lines] = message.split('\n').map((line) => line.trim());
  const faults = lines.length > 0 ? lines : [title];
  const next = 'Correct it in the environment or in .env (.env.example lists all variables)';
  return faults.map((fault) => error('settings.configuration', fault, next));
}

function findSources(before: readonly string[], variables: Variables): ConfigSources {
  const ours = new Set(variableNames.flatMap((name) => [name, `${name}_FILE`]));
  const isOurs = (name: string) => ours.has(name) && variables[name] !== undefined;
  const added = Object.keys(variables).filter((name) => !before.includes(name));
  return { environment: before.filter(isOurs), file: added.filter(isOurs) };
}

async function readFreeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}
