import { type ParseArgsConfig, parseArgs } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;

type Parsed<O extends Options> = ReturnType<
  typeof parseArgs<{ options: O; allowPositionals: true }>
>;

/** The variables of the environment; commands add those of the file .env. */
export type Environment = Record<string, string | undefined>;

/** The exit code of a command, or that its process goes on. */
export type Ending = number | 'running';

/** A command of the `waverify` program. */
export type Command = {
  /** What `--help` prints: the form of the command, and what it does. */
  readonly usage: string;
  /** Runs with the arguments that follow the name. @throws with a message for the operator. */
  run(args: readonly string[], environment: Environment): Promise<Ending>;
};

type Given = {
  readonly environment: Environment;
  /** The arguments without an option. */
  readonly values: readonly string[];
};

type Definition<O extends Options> = {
  readonly usage: string;
  readonly options: O;
  /** Whether arguments without an option are accepted, such as a phone number. */
  readonly takesValues?: boolean;
  readonly run: (options: Parsed<O>['values'], given: Given) => Promise<Ending>;
};

/** Makes a command whose arguments are parsed and checked. */
export function defineCommand<const O extends Options>(definition: Definition<O>): Command {
  const { usage, options, takesValues = false, run } = definition;
  return {
    usage,
    async run(args, environment) {
      const { values, positionals } = parseArgs({
        args: [...args],
        options,
        allowPositionals: takesValues,
      });
      return run(values as Parsed<O>['values'], { environment, values: positionals });
    },
  };
}

/** Writes a line to standard output, which belongs to the result of a command. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
