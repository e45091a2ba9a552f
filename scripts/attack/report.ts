import { formatTable } from '../../bench/format-table.ts';
import { quantile } from '../../bench/statistics.ts';
import { ALONE, type ScenarioResult } from './run-scenarios.ts';
import type { Counts } from './tally.ts';

const LEAST_SUCCESS = 0.99;
const MOST_OVER_ALONE = 3;

/** A line of the table, as `--json` prints it. */
export type Line = {
  readonly scenario: string;
  readonly logins: number;
  readonly success: number;
  /** Logins of people whose numbers the attackers know beforehand, as `succeeded/logins`. */
  readonly targeted: string;
  readonly loginP50Ms: number | undefined;
  readonly loginP95Ms: number | undefined;
  readonly sendP95Ms: number | undefined;
  readonly verifyP95Ms: number | undefined;
  readonly p95OverAlone: number | undefined;
  readonly failures: Counts;
  readonly attacker:
    | {
        readonly requestsPerSecond: number;
        readonly sent: number;
        readonly attempts: number;
        readonly refused: number;
        readonly answers: Counts;
      }
    | undefined;
  readonly serverCores: number | undefined;
  readonly foreignCores: number | undefined;
  /** The requirements that the service did not meet. */
  readonly broken: readonly string[];
};

/** Judges each scenario, compared with the load without an attack if that was run. */
export function judge(results: readonly ScenarioResult[]): readonly Line[] {
  const alone = results.find(({ scenario }) => scenario === ALONE);
  const aloneP95 = alone && percentile(alone.honest.loginMs, 0.95);
  return results.map((result) => toLine(result, aloneP95));
}

function toLine(result: ScenarioResult, aloneP95: number | undefined): Line {
  const { scenario, honest, spoils, seconds, serverCores, foreignCores } = result;
  const { logins, succeeded, targeted, failures } = honest;
  const success = logins === 0 ? 0 : succeeded / logins;
  const p95 = percentile(honest.loginMs, 0.95);
  const p95OverAlone = aloneP95 && p95 && p95 / aloneP95;
  return {
    scenario,
    logins,
    success,
    targeted: `${targeted.succeeded}/${targeted.logins}`,
    loginP50Ms: percentile(honest.loginMs, 0.5),
    loginP95Ms: p95,
    sendP95Ms: percentile(honest.sendMs, 0.95),
    verifyP95Ms: percentile(honest.verifyMs, 0.95),
    p95OverAlone,
    failures,
    attacker: spoils && { ...spoils, requestsPerSecond: spoils.requests / seconds },
    serverCores,
    foreignCores,
    broken: [
      ...(success < LEAST_SUCCESS ? [`success below ${LEAST_SUCCESS * 100} %`] : []),
      ...(p95OverAlone !== undefined && p95OverAlone > MOST_OVER_ALONE
        ? [`p95 more than ${MOST_OVER_ALONE} times alone`]
        : []),
    ],
  };
}

function percentile(values: readonly number[], q: number): number | undefined {
  return values.length === 0 ? undefined : quantile(values, q);
}

const HEADINGS = [
  'scenario',
  'honest',
  'success',
  'targeted',
  'p50 ms',
  'p95 ms',
  'over alone',
  'attack/s',
  'sent',
  'attempts',
  'refused',
  'CPU',
  'others',
  '',
];

/** Formats the table, and below it why honest logins failed. */
export function formatLines(lines: readonly Line[]): string {
  return [
    ...formatTable([HEADINGS, ...lines.map(formatLine)]),
    '',
    ...lines.flatMap(({ scenario, failures, attacker }) => [
      ...formatCounts(`${scenario}: failed honest logins`, failures),
      ...formatCounts(`${scenario}: responses to the attacker`, attacker?.answers ?? {}),
    ]),
    'CPU: cores used by the server. Others: cores used by programs outside this run.',
  ].join('\n');
}

function formatLine(line: Line): string[] {
  const { attacker } = line;
  return [
    line.scenario,
    String(line.logins),
    `${(line.success * 100).toFixed(2)} %`,
    line.targeted,
    formatNumber(line.loginP50Ms, 0),
    formatNumber(line.loginP95Ms, 0),
    formatNumber(line.p95OverAlone, 2),
    formatNumber(attacker?.requestsPerSecond, 0),
    formatNumber(attacker?.sent, 0),
    formatNumber(attacker?.attempts, 0),
    formatNumber(attacker?.refused, 0),
    formatNumber(line.serverCores, 2),
    formatNumber(line.foreignCores, 2),
    line.broken.length === 0 ? 'ok' : `FAILED: ${line.broken.join(', ')}`,
  ];
}

function formatNumber(value: number | undefined, digits: number): string {
  return value === undefined ? '-' : value.toFixed(digits);
}

function formatCounts(what: string, counts: Counts): readonly string[] {
  const parts = Object.entries(counts).sort(([, a], [, b]) => b - a);
  if (parts.length === 0) return [];
  return [`${what}: ${parts.map(([name, count]) => `${name} ${count}`).join(', ')}.`];
}
