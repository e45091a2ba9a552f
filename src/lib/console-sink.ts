/** Receives the lines that libraries print. */
type Sink = (level: 'debug' | 'warn' | 'error', text: string) => void;

const LEVELS = {
  debug: 'debug',
  log: 'debug',
  info: 'debug',
  warn: 'warn',
  error: 'error',
} as const;

/** Colours of a terminal (ECMA-48 SGR). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colours are control sequences.
const COLOURS = /\u001b\[[\d;]*m/g;

type Options = { readonly sink: Sink; readonly isChatter: (text: string) => boolean };

/**
 * Redirects the output of `target` to `sink`: text and errors only, because an object may contain secrets.
 */
export function redirectConsole(target: Console, { sink, isChatter }: Options): void {
  for (const [method, level] of Object.entries(LEVELS)) {
    target[method as keyof typeof LEVELS] = (...words: unknown[]) => {
      const isPlain = words.every((word) => typeof word !== 'object' || word instanceof Error);
      if (!isPlain) return;
      const text = words.map((word) => (word instanceof Error ? word.message : String(word)));
      const line = text.join(' ').replaceAll(COLOURS, '').trim();
      if (!isChatter(line)) sink(level, line);
    };
  }
}
