import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { isTargeted, nextTargeted, numberOf } from '../../scripts/attack/people.ts';
import { readPlan } from '../../scripts/attack/read-plan.ts';
import { judge } from '../../scripts/attack/report.ts';
import type { ScenarioResult } from '../../scripts/attack/run-scenarios.ts';
import { isFull } from '../support/full-run.ts';

async function run(args: readonly string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/attack/main.ts', ...args]);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { code, stdout, stderr };
}

function resultOf(scenario: string, logins: number, loginMs: readonly number[]): ScenarioResult {
  const honest = {
    logins,
    succeeded: loginMs.length,
    targeted: { logins: 0, succeeded: 0 },
    sendMs: loginMs,
    verifyMs: loginMs,
    loginMs,
    failures: {},
  };
  const cores = { serverCores: undefined, foreignCores: undefined };
  return { scenario, honest, spoils: undefined, seconds: 1, ...cores };
}

const times = (count: number, ms: number) => Array.from({ length: count }, () => ms);

const args = ['--seconds', '1', '--rate', '4', '--light-hash', '--json'];

it('runs an attack beside honest logins, counts what came of it, and ends', async () => {
  const { stdout, stderr } = await run([...args, 'leaked-send-key']);
  const lines: ReturnType<typeof judge> = JSON.parse(stdout || stderr);
  expect(lines.map(({ scenario, logins }) => [scenario, logins])).toEqual([
    ['alone', 4],
    ['leaked-send-key', 4],
  ]);
  expect(lines[0]?.success).toBe(1);
  expect(lines[1]?.attacker?.sent).toBeGreaterThan(0);
}, 180_000);

it.runIf(isFull)(
  'runs every attack',
  async () => {
    const { stdout, stderr } = await run(args);
    const lines: ReturnType<typeof judge> = JSON.parse(stdout || stderr);
    expect(lines.map(({ scenario, logins }) => [scenario, logins])).toEqual([
      ['alone', 4],
      ['anonymous', 4],
      ['leaked-send-key', 4],
      ['hostile-account', 4],
      ['many-addresses', 4],
    ]);
    const [alone, anonymous, leaked, hostile, network] = lines;
    expect(alone?.success).toBe(1);
    expect(alone?.attacker).toBeUndefined();
    expect(anonymous?.attacker?.answers).toMatchObject({ otp_invalid: expect.any(Number) });
    expect(leaked?.attacker?.sent).toBeGreaterThan(0);
    expect(hostile?.attacker?.requestsPerSecond).toBeGreaterThan(0);
    expect(network?.attacker?.attempts).toBeGreaterThan(0);
  },
  180_000,
);

it('says which bound is broken', () => {
  const lines = judge([
    resultOf('alone', 100, times(100, 10)),
    resultOf('kept', 100, times(99, 30)),
    resultOf('slow', 100, times(100, 31)),
    resultOf('shut out', 100, times(98, 10)),
  ]);
  expect(lines.map(({ broken }) => broken.length)).toEqual([0, 0, 1, 1]);
});

it.each([
  ['--seconds', '301'],
  ['--seconds', '0'],
  ['--rate', '21'],
  ['--database', 'oracle'],
  ['nonsense'],
])('refuses %s %s', (...args) => {
  const [faulty = '', value = ''] = args;
  expect(() => readPlan(args)).toThrow(value || faulty);
});

it('ends with a fault in its arguments before anything runs', async () => {
  const { code, stdout, stderr } = await run(['nonsense']);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain('Unknown scenario: nonsense');
});

it('draws numbers of which no two are alike, whoever they are for', () => {
  const numbers = (['honest', 'stranger', 'leaked', 'network'] as const).flatMap((series) =>
    Array.from({ length: 5000 }, (_, index) => numberOf(series, index)),
  );
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(numbers.filter((number) => !/^\+628\d{10}$/.test(number))).toEqual([]);
});

it('knows which targeted person comes next', () => {
  expect([0, 100, 101, 300].map((index) => nextTargeted(index, 0))).toEqual([100, 100, 300, 300]);
  expect([100, 300, 500].every(isTargeted)).toBe(true);
});
