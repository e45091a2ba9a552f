import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.ts';
import type { OtpServer } from './otp-server.ts';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));
const SCRIPT = fileURLToPath(new URL('./better-auth-server.mjs', import.meta.url));

/** npm writes this file last, so a broken installation is repeated. */
const INSTALLED = fileURLToPath(new URL('../node_modules/.package-lock.json', import.meta.url));

/** How a code is checked: with the plugin's user row, or the code alone. */
export type VerifyPath = '/phone-number/verify' | '/consume';

/** Starts the peer on an empty database; better-auth-server.mjs describes its configuration. */
export async function startBetterAuth(bench: Bench) {
  installOnce();
  const server = await bench.servers.start({
    name: 'better-auth',
    args: [SCRIPT],
    healthPath: '/health',
    env: {
      NODE_ENV: 'production',
      DATABASE_PATH: bench.drawPath(),
      SINK_URL: bench.sink.url,
      SECRET_KEY: randomBytes(32).toString('hex'),
    },
  });

  function verifyingBy(path: VerifyPath): OtpServer {
    const extra = path === '/consume' ? {} : { disableSession: true };
    return {
      server,
      buildSend: (phoneNumber) => ({ path: '/phone-number/send-otp', body: { phoneNumber } }),
      buildVerify: (phoneNumber, code) => ({ path, body: { phoneNumber, code, ...extra } }),
    };
  }
  return { server, verifyingBy };
}

/** The peer is not a dependency of the product, so the first run of the benchmark installs it. */
function installOnce(): void {
  if (existsSync(INSTALLED)) return;
  console.error(
    'Installing better-auth for the benchmark; compiling its SQLite driver takes minutes.',
  );
  const { status } = spawnSync('npm', ['ci'], { cwd: FOLDER, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('better-auth could not be installed in bench');
}
