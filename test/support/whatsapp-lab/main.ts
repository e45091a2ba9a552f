import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { startControl } from './control/control.ts';
import { describeUsage, OPERATOR, RECIPIENT } from './control/usage.ts';
import { type Lab, startLab } from './lab.ts';

type Settings = {
  readonly port: number;
  readonly controlPort: number;
  readonly trace: boolean;
  readonly json: boolean;
  /** Where the certificate of the media host goes; undefined: no media. */
  readonly mediaCertificate: string | undefined;
};

const LONGEST_STOP_MS = 800;

function readSettings(args: string[]): Settings {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '7001' },
      'control-port': { type: 'string', default: '7002' },
      trace: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      media: { type: 'string' },
    },
  });
  const { trace, json, media: mediaCertificate } = values;
  const port = readPort('--port', values.port);
  const controlPort = readPort('--control-port', values['control-port']);
  return { port, controlPort, trace, json, mediaCertificate };
}

function readPort(flag: string, value: string): number {
  const port = Number(value);
  if (/^\d+$/.test(value) && port < 65_536) return port;
  throw new Error(`${flag} must be a port from 0 (any free one) to 65535, not "${value}".`);
}

/** Starts what listens on a port, and says which flag to change when it is taken. */
async function listen<T>(flag: string, port: number, start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (cause) {
    const isTaken = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE';
    const why = isTaken ? 'is taken' : `cannot be used (${(cause as Error).message})`;
    throw new Error(`Port ${port} ${why}: choose another with ${flag}.`, { cause });
  }
}

function printMessages(lab: Lab): void {
  lab.onRead(({ number }, { text, sentByMe }) => {
    if (!sentByMe) process.stdout.write(`${number} reads: ${text.replace(/\p{Cc}+/gu, ' ')}\n`);
  });
}

async function main(): Promise<void> {
  const { port, controlPort, trace, json, mediaCertificate } = readSettings(process.argv.slice(2));
  const media = mediaCertificate !== undefined;
  // libsignal prints whole sessions, keys and all; what matters the lab says itself.
  const ignore = () => {};
  Object.assign(console, { info: ignore, warn: ignore, error: ignore });
  const lab = await listen('--port', port, () => startLab({ port, trace, media }));
  if (media) await writeFile(mediaCertificate, lab.media().certificate);
  lab.addPhone(OPERATOR);
  lab.addPhone(RECIPIENT);
  const control = await listen('--control-port', controlPort, () => startControl(lab, controlPort));
  const addresses = { url: lab.url, control: control.url };

  async function stop(): Promise<void> {
    setTimeout(() => process.exit(1), LONGEST_STOP_MS).unref();
    await Promise.all([lab.close(), control.close()]);
    process.exit(0);
  }
  // A program may send a signal as soon as it has read the addresses.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());

  if (json) process.stdout.write(`${JSON.stringify(addresses)}\n`);
  else {
    process.stdout.write(describeUsage(addresses));
    printMessages(lab);
  }
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
