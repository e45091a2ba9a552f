import { readConfig } from '../../../config/read-config.ts';
import { defineCommand } from '../command.ts';

export const command = defineCommand({
  usage: `waverify start
  applies pending migrations and serves requests until SIGTERM or SIGINT.
  Exit code: 0 after a signal, 78 if a setting is invalid, 1 after any other failure.`,
  options: {},
  async run(_, { environment }) {
    const settings = readConfig(environment);
    // Loaded only now: a mistake in the configuration is reported without waiting for the whole program.
    const { serve } = await import('../../serve.ts');
    await serve(settings);
    return 'running';
  },
});
