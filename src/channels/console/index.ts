import { defineChannel } from '../contract.ts';
import { createConsoleChannel } from './console-channel.ts';

type Parts = {
  /** Shows a line to the operator. The line must not be logged. */
  readonly print: (line: string) => void;
};

/** Prints codes in the terminal. */
export const consoleChannel = defineChannel({
  variables: {},
  isOnByDefault: true,
  showsCodes: true,
  create: (_, { print }: Parts) => createConsoleChannel(print),
});
