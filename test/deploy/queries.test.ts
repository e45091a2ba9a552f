import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliveryFailureReasons } from '../../src/domain/delivery/delivery.ts';
import { createHarness, type Harness } from '../support/http/harness.ts';
import { createOtpCalls } from '../support/http/otp-calls.ts';
import { labVariables } from '../support/http/session-calls.ts';
import { waitFor } from '../support/wait-for.ts';
import { startLab } from '../support/whatsapp-lab/lab.ts';
import { readQueries, readRules, readUses } from './queries.ts';

/** What Prometheus adds to every sample, and the one metric that it makes itself. */
const ADDED = ['job', 'instance'];
const OF_PROMETHEUS = 'up';

/** Patterns of statuses, and words that a label has only after a failure. */
const isPattern = (value: string) => /[^\w/-]/.test(value);
const ALSO_KNOWN: readonly string[] = deliveryFailureReasons;

type Series = Map<string, Set<string>>;

let exposed: Map<string, Series>;
let h: Harness;
let lab: Awaited<ReturnType<typeof startLab>>;

/** The metrics of a scrape, with the labels of each and their values. */
function readScrape(text: string): Map<string, Series> {
  const metrics = new Map<string, Series>();
  for (const line of text.split('\n').filter((one) => one && !one.startsWith('#'))) {
    const [, metric = '', labels = ''] = /^(\w+)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
    const series = metrics.get(metric) ?? new Map<string, Set<string>>();
    for (const [, label = '', value = ''] of labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) {
      series.set(label, (series.get(label) ?? new Set()).add(value));
    }
    metrics.set(metric, series);
  }
  return metrics;
}

beforeAll(async () => {
  lab = await startLab();
  h = await createHarness({ env: { ...labVariables(lab), OTP_CHANNELS: 'http,whatsapp' } });
  await h.client.post('/api/sessions', { sessionId: 'default' });
  await h.client.get('/api/sessions/default/qr');
  const otp = createOtpCalls(h);
  const phoneNumber = '+6281234567890';
  const code = await otp.sendCode(phoneNumber, { channel: 'http' });
  await otp.verify(phoneNumber, code);
  h.gateway.behaveLike((_, response) => void response.writeHead(503).end());
  await otp.send('+6281234567891', { channel: 'http' });
  // The garbage collector is measured once it has run.
  exposed = await waitFor(async () => {
    const scraped = readScrape((await h.client.get('/metrics')).raw);
    return scraped.has('waverify_nodejs_gc_duration_seconds_sum') ? scraped : undefined;
  }, 'the garbage collector to run');
});
afterAll(async () => {
  await h.close();
  await lab.close();
});

/** What a query reads and the service does not expose. */
function findMissing(query: string): string[] {
  const { uses, groupings } = readUses(query);
  const read = uses.filter(({ metric }) => metric !== OF_PROMETHEUS);
  const labels = [
    ...ADDED,
    ...read.flatMap(({ metric }) => [...(exposed.get(metric)?.keys() ?? [])]),
  ];
  const missing = read.flatMap(({ metric, matchers }) => {
    const series = exposed.get(metric);
    if (!series) return [metric];
    return matchers.flatMap(({ label, values }) => {
      const known = series.get(label);
      if (!known) return [`${metric}{${label}}`];
      const isKnown = (value: string) => known.has(value) || ALSO_KNOWN.includes(value);
      const unknown = values.filter((value) => !isPattern(value) && !isKnown(value));
      return unknown.map((value) => `${metric}{${label}="${value}"}`);
    });
  });
  return [...missing, ...groupings.filter((label) => !labels.includes(label))];
}

describe('a query of the alerts or the dashboard', () => {
  it.each(readQueries())('reads what the service exposes: %s', (_, query) => {
    expect(findMissing(query)).toEqual([]);
  });

  it.each([
    ['a metric', 'rate(waverify_otp_send_total[5m])', 'waverify_otp_send_total'],
    ['a label', 'waverify_channel_skipped{kind="http"}', 'waverify_channel_skipped{kind}'],
    [
      'a value',
      'waverify_otp_sends_total{outcome=~"sent|fail"}',
      'waverify_otp_sends_total{outcome="fail"}',
    ],
    ['a grouping', 'sum by (kind) (waverify_channel_skipped)', 'kind'],
  ])('would be found if %s had another name', (_, query, missing) => {
    expect(findMissing(query)).toEqual([missing]);
  });
});

describe('an alert', () => {
  const rules = readRules();
  const guide = readFileSync('docs/monitoring.md', 'utf8');

  it.each(rules.map((rule) => [rule.alert, rule] as const))(
    'is described, and is in docs/monitoring.md: %s',
    (name, { labels, annotations }) => {
      expect(labels['severity']).toMatch(/^(critical|warning)$/);
      expect(annotations['summary']).toMatch(/\.$/);
      expect(annotations['description']).toMatch(/\.$/);
      expect(guide).toContain(`| \`${name}\``);
    },
  );

  it('has a name of its own', () => {
    const names = rules.map(({ alert }) => alert);
    expect(names.length).toBeGreaterThan(20);
    expect(new Set(names).size).toBe(names.length);
  });
});

it('has every metric of docs/monitoring.md, and docs/monitoring.md has every metric', () => {
  const text = readFileSync('docs/monitoring.md', 'utf8');
  const documented = new Set(
    [...text.matchAll(/waverify_[a-z0-9_]+[a-z0-9]/g)].map(([name]) => name),
  );
  const families = h.metrics.registry.getMetricsAsArray().map(({ name }) => name);
  const own = families.filter((name) => !/^waverify_(process|nodejs)_/.test(name));
  expect(own.filter((name) => !documented.has(name))).toEqual([]);
  expect([...documented].filter((name) => !families.includes(name))).toEqual([]);
});
