import { parseArgs } from 'node:util';
import { type DialectName, dialects } from '../../test/support/database/databases.ts';
import { ATTACKS } from './attacks/all-attacks.ts';
import { ALONE, type Plan } from './run-scenarios.ts';

const SCENARIOS = [ALONE, ...ATTACKS.map(({ name }) => name)];
const MOST_SECONDS = 300;
const MOST_RATE = 20;

export const USAGE = `npm run attack [-- SCENARIO...] [--seconds N] [--database sqlite|mysql|postgres]
      [--rate N] [--light-hash] [--json]
  runs attacks at full speed beside 20 honest logins per second, on this machine only, each for --seconds
  (1 to ${MOST_SECONDS}, default ${MOST_SECONDS}). Runs all scenarios, or those named: ${SCENARIOS.join(', ')}.
  The load without an attack always runs, because the others are compared with it.
  --rate: honest logins per second, 1 to 20, for machines that are too slow for 20. --light-hash: hashes
  codes with the settings that .env.example recommends for high volume.
  Exits with 1 if fewer than 99 % of the honest logins succeed, or if their 95th percentile is more than
  3 times that of the load without an attack.`;

type Order = { readonly isJson: boolean; readonly plan: Plan };

/**
 * Reads the arguments of `npm run attack`; undefined if they ask for help.
 * @throws with what is wrong with them.
 */
export function readPlan(args: readonly string[]): Order | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: String(MOST_SECONDS) },
      database: { type: 'string', default: 'sqlite' },
      rate: { type: 'string', default: String(MOST_RATE) },
      'light-hash': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const plan: Plan = {
    scenarios: chooseScenarios(positionals),
    seconds: readWhole('--seconds', values.seconds, MOST_SECONDS),
    rate: readWhole('--rate', values.rate, MOST_RATE),
    isHashLight: values['light-hash'],
    dialect: readDialect(values.database),
  };
  return { isJson: values.json, plan };
}

function chooseScenarios(names: readonly string[]): readonly string[] {
  const unknown = names.filter((name) => !SCENARIOS.includes(name));
  if (unknown.length > 0) throw new Error(`Unknown scenario: ${unknown.join(', ')}\n${USAGE}`);
  if (names.length === 0) return SCENARIOS;
  return SCENARIOS.filter((name) => name === ALONE || names.includes(name));
}

function readWhole(option: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new Error(`${option} must be a whole number from 1 to ${most}, not ${text}`);
}

function readDialect(name: string): DialectName {
  const found = dialects.find((dialect) => dialect === name);
  if (found) return found;
  throw new Error(
    `--database must be one that runs on this machine (${dialects.join(', ')}), not ${name}`,
  );
}
