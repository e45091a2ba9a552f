import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { waitFor } from '../wait-for.ts';
import { findFreePort } from './server-process.ts';

/** What Ctrl+C sends. */
const INTERRUPT = '\u0003';

/** Why there is no terminal to run a program on; undefined when there is one. */
export function findObstacle(): string | undefined {
  const { stdout } = spawnSync('script', ['--version'], { encoding: 'utf8' });
  return stdout?.includes('util-linux') ? undefined : 'script of util-linux is not on this machine';
}

export type Terminal = Awaited<ReturnType<typeof startOnTerminal>>;

/** Starts the compiled program on a pseudo-terminal of its own, as `npm start` does. */
export async function startOnTerminal(env: Readonly<Record<string, string>>, cwd = process.cwd()) {
  const program = resolve('dist/src/main.js');
  const child = spawn('script', ['-qec', `exec ${process.execPath} ${program}`, '/dev/null'], {
    cwd,
    env: { PATH: process.env['PATH'], PORT: String(await findFreePort()), ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit') as Promise<[code: number | null]>;
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  return {
    shown: () => shown,
    /** The part in brackets of the first text like this. @throws when none is shown in time. */
    until: (pattern: RegExp) =>
      waitFor(() => pattern.exec(shown)?.[1], `the terminal to show ${pattern}`, 60_000),
    /** Presses Ctrl+C and resolves with the exit code of the program. */
    async interrupt(): Promise<number | null> {
      child.stdin.write(INTERRUPT);
      const [code] = await exited;
      return code;
    },
    /** Closes the terminal's window, if it is still there: what runs on it ends by SIGHUP. */
    close: () => void child.kill('SIGKILL'),
  };
}

/** Half blocks: whether the upper and the lower half of the character have the colour of writing. */
const HALVES: Readonly<Record<string, readonly boolean[]>> = {
  ' ': [false, false],
  '▀': [true, false],
  '▄': [false, true],
  '█': [true, true],
};

/** By which half of a character is dark: none, the upper, the lower, both. */
const BLOCKS = [' ', '▀', '▄', '█'];

const BLACK = '30';
const BLACK_GROUND = '40';

/**
 * The lines of a drawing that are there as a person sees them: half blocks for what is dark, whatever
 * colours (ECMA-48 SGR) it was drawn in. What has the terminal's own colours is not seen as dark.
 */
export function readDrawing(shown: string): string[] {
  return shown
    .split(/\r?\n/)
    .filter((line) => line.startsWith('\u001b[') && /[▀▄█]/.test(line))
    .map(toDarkness);
}

function toDarkness(line: string): string {
  let ink: Ink = NO_INK;
  let dark = '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is how a terminal is told colours.
  for (const [, colours, character = ''] of line.matchAll(/\u001b\[([\d;]*)m|(.)/gu)) {
    for (const colour of colours?.split(';') ?? []) ink = recolour(ink, colour);
    const { writing, ground } = ink;
    const [upper, lower] = (HALVES[character] ?? []).map((isWritten) =>
      isWritten ? writing === BLACK : ground === BLACK_GROUND,
    );
    if (upper !== undefined) dark += BLOCKS[Number(upper) + 2 * Number(lower)];
  }
  return dark;
}

type Ink = { readonly writing: string; readonly ground: string };

const NO_INK: Ink = { writing: '', ground: '' };

function recolour(ink: Ink, colour: string): Ink {
  if (/^[39]\d$/.test(colour)) return { ...ink, writing: colour };
  return /^(4|10)\d$/.test(colour) ? { ...ink, ground: colour } : NO_INK;
}
