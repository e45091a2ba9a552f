import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { startGateway } from '../../test/support/http/gateway.ts';
import { findFreePort } from '../../test/support/process/server-process.ts';
import type { Image } from './build-stages.ts';

const NUMBER = '+6281234567890';

const LONGEST_START_MS = 60_000;

/**
 * Runs an image as a container would: as the first process of its own process namespace, as its user, with a read-only
 * root file system and a volume at /data. Checks what compose.yaml and Kubernetes rely on. @throws if anything fails.
 */
export async function runImage(image: Image, print: (line: string) => void): Promise<void> {
  const gateway = await startGateway();
  const PORT = String(await findFreePort());
  const [SECRET_KEY, API_KEY] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];
  const env = {
    ...image.env,
    ...{ HOST: '127.0.0.1', PORT, SECRET_KEY, API_KEY, OTP_CHANNELS: 'http' },
    HTTP_CHANNEL_URL: gateway.url,
  };
  const volume = `${image.root}-data`;
  mkdirSync(volume, { recursive: true });
  spawnSync('chown', [image.user, volume]);
  const inside = (command: readonly string[]) => toArguments({ image, volume, env, command });
  /** Not spawnSync: the gateway answers in this process meanwhile. */
  async function run(...command: readonly string[]) {
    const started = spawn('unshare', inside(command), { stdio: ['ignore', 'pipe', 'pipe'] });
    const [stdout, stderr, [status]] = await Promise.all([
      text(started.stdout),
      text(started.stderr),
      once(started, 'exit') as Promise<[number | null]>,
    ]);
    return { status, stdout, stderr };
  }

  const child = spawn('unshare', inside([...image.entrypoint, ...image.command]), {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const exited = once(child, 'exit') as Promise<[code: number | null]>;
  // If a check fails, this process ends, and what it has started with it.
  process.once('exit', () => child.kill('SIGKILL'));
  await waitUntilUp(`http://127.0.0.1:${PORT}/api/health`);
  print('The entry point serves requests');
  expect((await run(...image.healthcheck)).status, 0, 'the HEALTHCHECK');
  expect(
    (await run('waverify', '--version')).stdout.slice(0, 9),
    'waverify ',
    'waverify --version',
  );
  const sent = await run('waverify', 'send', NUMBER);
  expect(sent.status, 0, `waverify send: ${sent.stderr}`);
  if (gateway.codeFor(NUMBER) === '') throw new Error('No code was sent');
  const saved = await run('waverify', 'backup', '--to', '/data/backup', '--verify');
  expect(saved.status, 0, `waverify backup: ${saved.stderr}`);
  expect((await run('touch', '/app/x')).status, 1, 'writing outside the volume');
  print('The health check, the commands and the read-only file system work');
  process.kill(findChild(child.pid ?? 0), 'SIGTERM');
  const [code] = await exited;
  expect(code, 0, 'the exit code after SIGTERM');
  expect((await run(...image.healthcheck)).status, 1, 'the HEALTHCHECK of a service that is down');
  print('SIGTERM reaches the service, which ends with 0');
  await gateway.close();
}

type Run = {
  readonly image: Image;
  readonly volume: string;
  readonly env: Readonly<Record<string, string>>;
  readonly command: readonly string[];
};

/** The arguments of unshare. What is mounted disappears with the process. */
function toArguments({ image, volume, env, command }: Run): string[] {
  const { root, user, workdir } = image;
  const script = [
    `mount --bind ${root} ${root}`,
    `mount --bind ${volume} ${root}/data`,
    `mount -t tmpfs tmpfs ${root}/tmp`,
    `mount -t proc proc ${root}/proc`,
    `mount --bind /dev ${root}/dev`,
    `mount -o remount,bind,ro ${root}`,
    'exec "$@"',
  ].join(' && ');
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return [
    ...['--mount', '--pid', '--fork', '--kill-child', '--', 'sh', '-c', script, 'sh'],
    ...['chroot', `--userspec=${user}`, root, 'env', '-i', '-C', workdir],
    ...['PATH=/usr/local/bin:/usr/bin:/bin', ...variables, ...command],
  ];
}

async function waitUntilUp(url: string): Promise<void> {
  const endsAt = performance.now() + LONGEST_START_MS;
  while (performance.now() < endsAt) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    await pause(100);
  }
  throw new Error(`${url} does not respond`);
}

function findChild(pid: number): number {
  return Number(readFileSync(join('/proc', `${pid}/task/${pid}/children`), 'utf8').split(' ')[0]);
}

function expect(found: unknown, expected: unknown, what: string): void {
  if (found !== expected) throw new Error(`${what}: expected ${expected}, found ${found}`);
}
