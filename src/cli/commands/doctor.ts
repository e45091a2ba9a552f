import { defineCommand, print } from '../command.ts';
import { examine } from '../doctor/examine.ts';
import { describeFindings, toExitCode } from '../doctor/report.ts';

/** After a failure of the doctor itself, too. */
const EXIT_ERRORS = 2;

export const command = defineCommand({
  usage: `waverify doctor [--json] [--send +NUMBER]
  checks the configuration, the database, disks, channels, WhatsApp sessions and webhooks, and says what to do next.
  Nothing is changed. With --send, the running service sends a code to the number; otherwise no message is sent.
  Exit code: 0 if there is nothing to do, 1 after warnings, 2 after errors.`,
  options: { json: { type: 'boolean', default: false }, send: { type: 'string' } },
  async run({ json, send }, { environment }) {
    try {
      const findings = await examine(environment, { send });
      print(json ? JSON.stringify({ findings }, null, 2) : describeFindings(findings));
      return toExitCode(findings);
    } catch (error) {
      process.stderr.write(`${(error as Error).message}\n`);
      return EXIT_ERRORS;
    }
  },
});
