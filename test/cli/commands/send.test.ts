import { afterAll, beforeAll, expect, it } from 'vitest';
import { command } from '../../../src/cli/commands/send.ts';
import { API_KEY } from '../../support/http/client.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';
import { runCommand } from '../../support/process/script-process.ts';
import { findFreePort } from '../../support/process/server-process.ts';

const nextPhoneNumber = createPhoneNumbers();

let h: Harness;
beforeAll(async () => {
  h = await createHarness();
});
afterAll(() => h.close());

const variables = () => ({ PORT: new URL(h.url).port, API_KEY });

/** Runs the command in this process. @returns its exit code, or why it failed. */
const send = (args: readonly string[], changes: Readonly<Record<string, string>> = {}) =>
  command.run(args, { ...variables(), ...changes }).catch(({ message }: Error) => message);

it('has the running service send a code, and names the channel but not the code', async () => {
  const phoneNumber = nextPhoneNumber();
  const args = [phoneNumber, '--locale', 'id'];
  const { code, stdout, stderr } = await runCommand('send', args, h.testDatabase, {
    env: variables(),
  });
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain(`The channel http accepted a code for ${phoneNumber}`);
  expect(stdout).not.toContain(h.gateway.codeFor(phoneNumber));
  expect(h.gateway.messages.at(-1)).toMatchObject({ to: phoneNumber, locale: 'id' });
});

it('finds the service by --url, where nothing else says how to reach it', async () => {
  const phoneNumber = nextPhoneNumber();
  expect(await send([phoneNumber, '--url', `${h.url}/`], { PORT: '1' })).toBe(0);
  expect(h.gateway.codeFor(phoneNumber)).toMatch(/^\d+$/);
});

it('says why no code was sent, and what to do', async () => {
  const again = nextPhoneNumber();
  await send([again]);
  expect(await send([again])).toMatch(/resend_too_soon.*\n.*Wait/);
  expect(await send(['+62'])).toMatch(/invalid_phone.*\n.*country code/);
  expect(await send([nextPhoneNumber()], { API_KEY: 'x'.repeat(40) })).toMatch(/401.*\n.*API_KEY/);
});

it('says that the service does not run', async () => {
  const PORT = String(await findFreePort());
  const failure = await send([nextPhoneNumber()], { PORT });
  expect(failure).toMatch(/127\.0\.0\.1:\d+ does not respond: .*ECONNREFUSED/);
  expect(failure).toContain('waverify start');
});

it.each([[[]], [['+6281234567890', '+6281234567891']]])(
  'explains its form for %j',
  async (args) => {
    expect(await send(args)).toContain('waverify send +NUMBER');
  },
);
