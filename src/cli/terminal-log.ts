import type { DestinationStream } from 'pino';

/** Formats log lines for reading in a terminal. The formatter is loaded only if there is one. */
export async function createTerminalLog({
  hasColour,
  write,
}: {
  readonly hasColour: boolean;
  readonly write: (text: string) => void;
}): Promise<DestinationStream> {
  const { prettyFactory } = await import('pino-pretty');
  const toText = prettyFactory({
    colorize: hasColour,
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,hostname',
  });
  return { write: (line) => write(toText(line)) };
}
