import { readConfig } from '../config/read-config.ts';

/** sysexits.h, EX_CONFIG. */
const EXIT_BAD_CONFIG = 78;

async function main(): Promise<void> {
  const settings = readConfig(process.env);
  // Loaded only now: a mistake in the configuration is reported without waiting for the whole program.
  const { serve } = await import('./serve.ts');
  await serve(settings);
}

// By default, Node opens its debugger, and anyone who reaches its port can run code.
process.on('SIGUSR1', () => {});

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(error.name === 'ConfigError' ? EXIT_BAD_CONFIG : 1);
});
