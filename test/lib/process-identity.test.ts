import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createOwnerId, isProcessDead } from '../../src/lib/process-identity.ts';

const PROGRAM = [
  '--import',
  'tsx',
  '--input-type=module',
  '-e',
  "import { createOwnerId } from './src/lib/process-identity.ts';" +
    "process.stdout.write(createOwnerId()); if (process.argv.includes('stay')) setInterval(() => {}, 1000);",
];

describe('the name of an owner of leases', () => {
  it('is at most 36 characters long, and never the same', () => {
    const names = Array.from({ length: 100 }, createOwnerId);
    expect(new Set(names).size).toBe(100);
    for (const name of names) expect(name.length).toBeLessThanOrEqual(36);
  });

  it('tells nothing of a process elsewhere, nor of one that lives', () => {
    expect(isProcessDead(createOwnerId())).toBe(false);
    const [machine = '', ...rest] = createOwnerId().split('.');
    expect(isProcessDead(['000000zzzz', ...rest].join('.'))).toBe(false);
    expect(isProcessDead(machine)).toBe(false);
    for (const name of ['', '?.aa.bb', 'not-a-name', 'a.b.c.d'])
      expect(isProcessDead(name)).toBe(false);
  });

  it.runIf(existsSync('/proc/self/stat'))('tells a dead process of this machine', () => {
    const { stdout } = spawnSync(process.execPath, PROGRAM, { encoding: 'utf8' });
    expect(stdout.length).toBeGreaterThan(20);
    expect(isProcessDead(stdout)).toBe(true);
  });

  it.runIf(existsSync('/proc/self/stat'))(
    'tells a process from a later one of its number',
    async () => {
      const child = spawn(process.execPath, [...PROGRAM, 'stay'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [name] = await once(child.stdout, 'data');
      expect(isProcessDead(String(name))).toBe(false);
      const [machine, pid, , random] = String(name).split('.');
      expect(isProcessDead([machine, pid, '1', random].join('.'))).toBe(true);
      child.kill('SIGKILL');
      await once(child, 'exit');
      expect(isProcessDead(String(name))).toBe(true);
    },
  );
});
