import type { DestinationStream } from 'pino';
import pretty from 'pino-pretty';

/** Formats log lines for reading in a terminal. */
export function createTerminalLog({
  hasColour,
  write,
}: {
  readonly hasColour: boolean;
  readonly write: (text: string) => void;
}): DestinationStream {
  const toText = pretty.prettyFactory({
    colorize: hasColour,
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,hostname',
  });
  return { write: (line) => write(toText(line)) };
}
