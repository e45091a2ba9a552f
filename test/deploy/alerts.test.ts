import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { hasPromtool } from '../support/has-program.ts';
import { readRules } from './queries.ts';

type Case = {
  readonly name: string;
  readonly alert_rule_test: readonly {
    readonly alertname: string;
    readonly exp_alerts?: readonly unknown[];
  }[];
};

const { tests } = parse(readFileSync('deploy/prometheus/alerts.test.yml', 'utf8')) as {
  readonly tests: readonly Case[];
};
const checks = tests.flatMap((one) =>
  one.alert_rule_test.map(({ alertname, exp_alerts: alerts = [] }) => ({
    ...{ name: one.name, alertname, fires: alerts.length > 0 },
  })),
);

describe('an alert', () => {
  it.each(readRules().map(({ alert }) => alert))(
    'has a case in which it fires, and is silent in normal traffic: %s',
    (alert) => {
      const own = checks.filter(({ alertname }) => alertname === alert);
      expect(own.some(({ fires }) => fires)).toBe(true);
      expect(own.some(({ name, fires }) => !fires && name.startsWith('normal traffic'))).toBe(true);
    },
  );
});

describe.skipIf(!hasPromtool)('promtool', () => {
  const run = (...parameters: string[]) =>
    spawnSync('promtool', parameters, { encoding: 'utf8', cwd: 'deploy/prometheus' });

  it('accepts the rules', () => {
    const { status, stdout, stderr } = run('check', 'rules', 'alerts.yml');
    expect([status, stdout + stderr]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });

  it('sees each alert fire in its case, and none in normal traffic', { timeout: 180_000 }, () => {
    const { status, stdout, stderr } = run('test', 'rules', 'alerts.test.yml');
    expect([status, stdout + stderr]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });
});
