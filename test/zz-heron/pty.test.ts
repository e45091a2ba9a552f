import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { it } from 'vitest';
import { startLab } from '/work/main/test/support/whatsapp-lab/lab.ts';
it('x', async () => {
  const lab = await startLab();
  const child = spawn('script', ['-qec', 'node dist/src/main.js', '/dev/null'], {
    env: { PATH: process.env['PATH'], NODE_ENV: 'test', PORT: '34567', DATABASE_URL: 'sqlite:/tmp/kx-heron-43/t1.db',
      SECRET_KEY: 'x'.repeat(40), API_KEY: 'y'.repeat(40), OTP_CHANNELS: 'whatsapp', WHATSAPP_SOCKET_URL: lab.url },
    stdio: ['pipe','pipe','pipe'],
  });
  let out = '';
  child.stdout.on('data', (c) => { out += c; });
  child.stderr.on('data', (c) => { out += c; });
  const t0 = performance.now();
  const exited = once(child, 'exit');
  while (!out.includes('Its text') && performance.now() - t0 < 15000) await pause(50);
  process.stderr.write('ms to QR ' + (performance.now() - t0) + '\n' + JSON.stringify(out) + '\n');
  const t1 = performance.now();
  child.stdin.write('\x03');
  const r = await Promise.race([exited, pause(40000)]);
  process.stderr.write('exit ' + r + ' after ' + (performance.now() - t1) + '\n' + out.slice(-300));
  await lab.close();
}, 60000);
