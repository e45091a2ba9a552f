import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEnv, variableNames } from '../../config/env.ts';
import { hasProgram } from '../support/has-program.ts';
import { createAuthority } from '../support/process/tls-authority.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'waverify-deploy-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a program to its end, and returns its exit code with what it wrote if that is not 0. */
function run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: folder, ...env },
  });
  return { status, output: status === 0 ? '' : `${stdout}${stderr}` };
}

const DONE = { status: 0, output: '' };

describe('waverify@.service', () => {
  const PATH = 'deploy/systemd/waverify@.service';
  const text = readFileSync(PATH, 'utf8');
  const valuesOf = (name: string) =>
    [...text.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value);

  it('sets variables that Waverify reads, to values that it accepts', () => {
    const pairs = valuesOf('Environment').map((pair) => pair.replace('%i', '3001').split('='));
    const variables = Object.fromEntries(pairs) as Record<string, string>;
    expect(Object.keys(variables).filter((name) => !variableNames.includes(name))).toEqual([]);
    const env = readEnv({ ...variables, NODE_ENV: 'test' }, () => '');
    expect(env.PORT).toBe(3001);
  });

  it('starts what the package installs, and gives it time to stop', () => {
    const { bin } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(valuesOf('ExecStart')).toEqual([
      `/usr/bin/env node /opt/waverify/current/${bin.waverify} start`,
    ]);
    expect(Number(valuesOf('TimeoutStopSec'))).toBeGreaterThan(30);
    expect(valuesOf('RestartPreventExitStatus')).toEqual(['78']);
  });
});

describe('the program and the backup of deploy/systemd', () => {
  const read = (name: string) => readFileSync(`deploy/systemd/${name}`, 'utf8');
  /** What a node gets, and what is done for it, in the order of their names. */
  const settingsOf = (text: string, pattern: RegExp) =>
    [...text.matchAll(pattern)]
      .map(([, pair = '']) => pair.replaceAll('"', '').replaceAll(/\$port|%i/g, 'PORT'))
      .sort();
  const node = settingsOf(read('waverify@.service'), /^Environment=(.*)$/gm);
  const PROGRAM = '/usr/bin/env node /opt/waverify/current/dist/src/waverify.js ';

  it('run commands with the folders and settings of a node', () => {
    expect(settingsOf(read('waverify'), /--setenv=(\S+)/g)).toEqual(node);
    const forNoNode = node.filter((pair) => !pair.includes('PORT'));
    expect(settingsOf(read('waverify-backup.service'), /^Environment=(.*)$/gm)).toEqual(forNoNode);
  });

  it.each(['waverify', 'waverify-backup.service', 'waverify@.service'])(
    '%s has the user, the file of settings and the program of a node',
    (name) => {
      const text = read(name);
      expect(text).toContain('EnvironmentFile=/etc/waverify/waverify.env');
      expect(text).toMatch(/(^User|--uid)=waverify\b/m);
      expect(text).toMatch(/WorkingDirectory=[/]var[/]lib[/]waverify\b/);
      expect(text).toContain(PROGRAM);
    },
  );

  it('the program is a sound script', () => {
    expect(run('sh', ['-n', 'deploy/systemd/waverify'])).toEqual(DONE);
  });
});

describe.skipIf(!hasProgram('systemd-analyze'))('for systemd', () => {
  it.each([
    ['waverify@.service', 'waverify@3001.service'],
    ['waverify-backup.service', 'waverify-backup.service'],
    ['waverify-backup.timer', 'waverify-backup.timer'],
  ])('%s is a valid unit', (name, installed) => {
    const unit = join(folder, installed);
    cpSync(`deploy/systemd/${name}`, unit);
    expect(run('systemd-analyze', ['verify', '--man=no', unit])).toEqual(DONE);
  });

  it.each([
    ['waverify@.service', 25],
    ['waverify-backup.service', 50],
  ])('%s is confined: its exposure is rated %s tenths at most', (name, most) => {
    const path = `deploy/systemd/${name}`;
    const args = ['security', '--offline=yes', `--threshold=${most}`, '--no-pager', path];
    expect(run('systemd-analyze', args)).toEqual(DONE);
  });
});

describe.skipIf(!hasProgram('nginx', '-v'))('nginx.conf', () => {
  it('is accepted by nginx', () => {
    createAuthority(folder, 'fullchain');
    const site = readFileSync('deploy/nginx.conf', 'utf8')
      .replaceAll('/etc/letsencrypt/live/otp.example.com/fullchain.pem', `${folder}/fullchain.crt`)
      .replaceAll('/etc/letsencrypt/live/otp.example.com/privkey.pem', `${folder}/fullchain.key`);
    mkdirSync(join(folder, 'nginx'));
    writeFileSync(join(folder, 'nginx/site.conf'), site);
    const main = `pid ${folder}/nginx/pid; error_log stderr; events {}
      http { access_log off; include ${folder}/nginx/site.conf; }`;
    writeFileSync(join(folder, 'nginx/main.conf'), main);
    expect(run('nginx', ['-t', '-q', '-c', join(folder, 'nginx/main.conf')])).toEqual(DONE);
  });
});

describe.skipIf(!hasProgram('caddy', 'version'))('Caddyfile', () => {
  it('is accepted by Caddy', () => {
    const args = ['validate', '--adapter', 'caddyfile', '--config', 'deploy/Caddyfile'];
    expect(run('caddy', args)).toEqual(DONE);
  });
});
