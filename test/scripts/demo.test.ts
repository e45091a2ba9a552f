import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findFreePort } from '../support/process/server-process.ts';
import { waitFor } from '../support/wait-for.ts';

it('starts everything, shows what a phone reads, and leaves nothing behind', async () => {
  const temporary = await mkdtemp(join(tmpdir(), 'demo-test-'));
  const port = await findFreePort();
  const args = ['--import', 'tsx', 'test/support/demo.ts', '--port', String(port)];
  const child = spawn(process.execPath, args, { env: { ...process.env, TMPDIR: temporary } });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk));
  const exited = once(child, 'exit');
  const find = (pattern: RegExp) =>
    waitFor(() => pattern.exec(output)?.[1], String(pattern), 120_000);
  const key = await find(/sign in with the API key (\S+)/);

  const answer = await fetch(`http://127.0.0.1:${port}/api/otp/send`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    body: JSON.stringify({ phoneNumber: '+6281234567890' }),
  });
  expect(await answer.json()).toMatchObject({ data: { channel: 'whatsapp' } });
  expect(await find(/\+6281234567890 reads: (.*\d{6})/)).toBeDefined();

  child.kill('SIGINT');
  expect(await exited).toEqual([0, null]);
  expect(await readdir(temporary)).not.toContainEqual(expect.stringContaining('waverify-demo'));
  await rm(temporary, { recursive: true });
});
