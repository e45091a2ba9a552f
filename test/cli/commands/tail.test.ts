import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { command } from '../../../src/cli/commands/tail.ts';
import { describeActivity } from '../../../src/cli/tail/describe-activity.ts';
import { API_KEY } from '../../support/http/client.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';
import { waitFor } from '../../support/wait-for.ts';

const nextPhoneNumber = createPhoneNumbers();

let h: Harness;
beforeAll(async () => {
  h = await createHarness();
});
afterAll(() => h.close());

/** Sends a code, and waits until the log has it. */
async function sendLogged(): Promise<string> {
  const phoneNumber = nextPhoneNumber();
  expect((await h.client.post('/api/otp/send', { phoneNumber })).status).toBe(200);
  const where = { action: 'otp_send', phoneNumber };
  await waitFor(
    async () => (await h.database.models.ActivityLog.findOne({ where })) ?? undefined,
    'log',
  );
  return phoneNumber;
}

function startTail(args: readonly string[]) {
  const child = spawn(process.execPath, ['dist/src/waverify.js', 'tail', ...args], {
    env: { PATH: process.env['PATH'], PORT: new URL(h.url).port, API_KEY },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    shown += chunk;
  });
  return {
    until: (text: string) => waitFor(() => shown.includes(text) || undefined, text, 20_000),
    async stop(): Promise<string[]> {
      child.kill('SIGINT');
      await ended;
      return shown.trimEnd().split('\n');
    },
  };
}

it('prints the last entries, then each new one once, and no code', async () => {
  const [left, last] = [await sendLogged(), await sendLogged()];
  const tail = startTail(['--lines', '1']);
  await tail.until(last);
  const [first, second] = [await sendLogged(), await sendLogged()];
  await tail.until(second);
  const lines = await tail.stop();
  const about = (phoneNumber: string) => lines.filter((line) => line.includes(phoneNumber));
  expect([left, last, first, second].map((number) => about(number).length)).toEqual([0, 1, 1, 1]);
  expect(lines.indexOf(about(first)[0] ?? '')).toBeLessThan(lines.indexOf(about(second)[0] ?? ''));
  expect(about(last)[0]).toMatch(/^\S+Z {2}success {2}otp_send {2}.*phoneNumber=\+/);
  expect(lines.join()).not.toContain(h.gateway.codeFor(second));
});

it('prints what the API returns with --json, of one kind with --action', async () => {
  const phoneNumber = await sendLogged();
  const tail = startTail(['--json', '--account', 'default', '--action', 'otp_send']);
  await tail.until(phoneNumber);
  const entries = (await tail.stop()).map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(entries.at(-1)).toMatchObject({ action: 'otp_send', phoneNumber, status: 'success' });
  expect(new Set(entries.map(({ action }) => action))).toEqual(new Set(['otp_send']));
});

it.each([
  [['--lines', 'all'], '--lines'],
  [['--action', 'nothing'], 'action'],
  [['--url', 'localhost'], '--url'],
])('refuses %j', async (args, reason) => {
  const variables = { PORT: new URL(h.url).port, API_KEY };
  await expect(command.run(args, variables)).rejects.toThrow(reason);
});

it('does not let a logged text change what else the terminal shows', () => {
  const line = describeActivity({
    ...{ createdAt: '2026-12-01T00:00:00.000Z', status: 'error', action: 'api_call' },
    errorMessage: 'a\u001b[2J\nb\u202ec',
  });
  expect(line).toBe('2026-12-01T00:00:00.000Z  error    api_call  errorMessage=a [2J b c');
});
