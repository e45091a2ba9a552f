import type { Command } from '../command.ts';

type Entry = {
  readonly name: string;
  /** One line of the list of commands. */
  readonly summary: string;
  /** Loads only what this command needs. */
  readonly load: () => Promise<Command>;
};

/** All commands, in the order in which an operator meets them. */
export const commands: readonly Entry[] = [
  {
    name: 'start',
    summary: 'starts the service',
    load: async () => (await import('./start.ts')).command,
  },
  {
    name: 'doctor',
    summary: 'finds what is wrong with this installation',
    load: async () => (await import('./doctor.ts')).command,
  },
  {
    name: 'send',
    summary: 'sends a code through the running service',
    load: async () => (await import('./send.ts')).command,
  },
  {
    name: 'tail',
    summary: 'follows the activity log of the running service',
    load: async () => (await import('./tail.ts')).command,
  },
  {
    name: 'create-user',
    summary: 'creates a user who can log in',
    load: async () => (await import('./create-user.ts')).command,
  },
  {
    name: 'import-auth',
    summary: 'takes over a WhatsApp number from another program',
    load: async () => (await import('./import-auth.ts')).command,
  },
  {
    name: 'migrate',
    summary: 'brings the database up to date',
    load: async () => (await import('./migrate.ts')).command,
  },
  {
    name: 'backup',
    summary: 'backs up the database and the files of messages',
    load: async () => (await import('./backup.ts')).command,
  },
  {
    name: 'restore',
    summary: 'restores a backup',
    load: async () => (await import('./restore.ts')).command,
  },
  {
    name: 'db-restored',
    summary: 'ends live codes and logins after a restore by other means',
    load: async () => (await import('./db-restored.ts')).command,
  },
  {
    name: 'rebuild-rollups',
    summary: 'counts the analytics again from the logs',
    load: async () => (await import('./rebuild-rollups.ts')).command,
  },
];
