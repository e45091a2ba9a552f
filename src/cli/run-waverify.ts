import { describeVersion } from '../lib/version.ts';
import { type Ending, type Environment, print } from './command.ts';
import { commands } from './commands/all-commands.ts';

/** sysexits.h, EX_CONFIG. */
const EXIT_BAD_CONFIG = 78;

/**
 * Runs the command that `args` names, and ends the process with its exit code: 0 if it is done, 78 if a setting is
 * invalid, 1 for every other failure (`doctor` has codes of its own).
 */
export function runWaverify(args: readonly string[], environment: Environment): void {
  // By default, Node opens its debugger, and anyone who reaches its port can run code.
  process.on('SIGUSR1', () => {});
  if (process.pid === 1) endOnSignals();
  run(args, environment).then(
    // At once: the other side of a pipe may keep standard input open.
    (ending) => ending !== 'running' && process.exit(ending),
    (error: Error) => {
      process.stderr.write(`${error.message}\n`);
      process.exit(error.name === 'ConfigError' ? EXIT_BAD_CONFIG : 1);
    },
  );
}

/** The kernel ignores signals to the first process of a container that it does not handle. */
function endOnSignals(): void {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.on(signal, () => process.exit(code));
  }
}

async function run([name, ...args]: readonly string[], environment: Environment): Promise<Ending> {
  const asked = [name, ...args];
  const entry = commands.find((one) => one.name === name);
  if (asked.includes('--version')) return show(describeVersion());
  if (name === undefined || name === '--help' || name === 'help') return show(describeAll());
  if (!entry) throw new Error(`There is no command ${name}\n\n${describeAll()}`);
  const command = await entry.load();
  if (args.includes('--help')) return show(command.usage);
  return command.run(args, environment);
}

function show(text: string): Ending {
  print(text);
  return 0;
}

function describeAll(): string {
  const width = Math.max(...commands.map(({ name }) => name.length)) + 2;
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`);
  return [
    'waverify COMMAND [OPTIONS]',
    ...lines,
    '',
    'waverify COMMAND --help explains a command; waverify --version shows the version.',
    'Settings are read from the environment and from the file .env of the working directory.',
  ].join('\n');
}
