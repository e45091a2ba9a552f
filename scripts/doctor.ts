import { parseArgs } from 'node:util';
import { examine } from '../src/cli/doctor/examine.ts';
import { describeFindings, toExitCode } from '../src/cli/doctor/report.ts';

const USAGE = `npm run doctor [-- --json] [--send +NUMBER]
  checks the configuration, the database, disks, channels, WhatsApp sessions and webhooks, and says what to do next.
  Nothing is changed. With --send, the running service sends a code to the number; otherwise no message is sent.
  Exit code: 0 if there is nothing to do, 1 after warnings, 2 after errors.`;

/** Finds what is wrong with this installation. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      send: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const findings = await examine(process.env, { send: values.send });
  console.log(values.json ? JSON.stringify({ findings }, null, 2) : describeFindings(findings));
  return toExitCode(findings);
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  },
);
