import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../../src/cli/commands/all-commands.ts';
import { VERSION } from '../../../src/lib/version.ts';
import { runCommand } from '../../support/process/script-process.ts';

/** The commands that documents and supervisors may rely on. */
const NAMES = [
  ...['start', 'doctor', 'send', 'tail', 'create-user', 'import-auth'],
  ...['migrate', 'backup', 'restore', 'db-restored', 'rebuild-rollups'],
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waverify-cli-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs a command in an empty folder. */
const run = (name: string, args: readonly string[] = [], env = {}) =>
  runCommand(name, args, { url: `sqlite:${folder}/none.db` }, { cwd: folder, env });

it('has these commands', () => {
  expect(commands.map(({ name }) => name)).toEqual(NAMES);
});

it.each(NAMES)('explains %s, from its form on', async (name) => {
  const command = await commands.find((one) => one.name === name)?.load();
  expect(command?.usage).toMatch(new RegExp(`^(waverify ${name}\\b.*\n)+  \\w`));
  expect(command?.usage).not.toMatch(/npm run/);
});

describe('the built command line', () => {
  it('shows the version, and the commit that it was built from', async () => {
    const { code, stdout } = await run('--version');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      new RegExp(
        `^waverify ${VERSION} \\(build (unknown|\\S{7,}), Node\\.js \\d+\\.\\d+\\.\\d+\\)\n$`,
      ),
    );
  });

  it('lists its commands', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    for (const name of NAMES) expect(stdout).toMatch(new RegExp(`^  ${name} +\\w`, 'm'));
  });

  it('explains a command without reading the configuration', async () => {
    const { code, stdout, stderr } = await run('backup', ['--help'], { PORT: 'x' });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('waverify backup --to FOLDER');
  });

  it('refuses a command that does not exist, and lists those that do', async () => {
    const { code, stdout, stderr } = await run('strat');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/no command strat[\s\S]*rebuild-rollups/);
  });

  it.each(['start', 'tail'])('ends %s with 78 if a setting is invalid', async (name) => {
    const { code, stderr } = await run(name, [], { PORT: 'x' });
    expect([code, stderr]).toEqual([78, expect.stringContaining('PORT')]);
  });
});
