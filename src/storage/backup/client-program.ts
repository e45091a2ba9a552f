import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Readable } from 'node:stream';
import { CopyError } from './contract.ts';

/** The variables of our environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

type Call = {
  readonly args: readonly string[];
  /** Its variables, besides those that all programs get. They may contain a password, so they are never shown. */
  readonly variables: Readonly<Record<string, string>>;
  /** An open file from which the program reads. */
  readonly input?: number;
  /** An open file to which the program writes; otherwise `onOutput` gets what it writes. */
  readonly output?: number;
  readonly onOutput?: (output: Readable) => Promise<void>;
};

/** The programs need these of our environment, and no secret of ours. */
const PASSED_ON = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TMPDIR'];

/** How much of what a program complains about is shown, in characters. */
const MOST_COMPLAINT = 600;

/**
 * Finds the first of some programs that PATH has.
 * @throws {CopyError} which names the packages that have them.
 */
export function findProgram(
  environment: Environment,
  names: readonly string[],
  packages: string,
): string {
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const found = names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find(isProgram);
  if (found !== undefined) return found;
  throw new CopyError(
    `${names.join(' or ')} is not on PATH. Install the client programs of the database (Debian: ${packages}), at least in the version of the server.`,
  );
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs a program to its end. @throws {CopyError} with what it complained about, if it failed. */
export async function runProgram(
  environment: Environment,
  path: string,
  call: Call,
): Promise<void> {
  const { args, variables, input = 'ignore', output = 'pipe', onOutput } = call;
  const passedOn = Object.fromEntries(
    PASSED_ON.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const child = spawn(path, args, {
    env: { ...passedOn, ...variables },
    stdio: [input, output, 'pipe'],
  });
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-MOST_COMPLAINT);
  });
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  ended.catch(() => {}); // Awaited below, after the output.
  await readOutput(child, onOutput);
  const [code, signal] = await ended;
  if (code === 0) return;
  const how = signal ? `was ended by ${signal}` : `failed with code ${code}`;
  throw new CopyError(`${path} ${how}: ${complaint.trim() || 'it gave no reason'}`);
}

/** Reads what a program writes. If that fails, the program is ended, because it would wait for its reader. */
async function readOutput(child: ChildProcess, onOutput: Call['onOutput']): Promise<void> {
  const { stdout } = child;
  if (!onOutput) stdout?.resume();
  if (!onOutput || !stdout) return;
  await onOutput(stdout).catch((error: unknown) => {
    child.kill();
    throw error;
  });
}
