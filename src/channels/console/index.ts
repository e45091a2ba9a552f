import { defineChannel } from '../contract.ts';
import { createConsoleChannel } from './console-channel.ts';

type Parts = {
  /** Shows the operator one line that must not be logged. */
  readonly print: (line: string) => void;
};

/** Prints codes at the terminal. */
export const consoleChannel = defineChannel({
  variables: {},
  isOnByDefault: true,
  showsCodes: true,
  create: (_, { print }: Parts) => createConsoleChannel(print),
});
