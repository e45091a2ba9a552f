import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { request } from 'undici';
import type { Bench, Figure } from '../bench.ts';
import { seedDatabase } from '../contenders/seeded-waverify.ts';
import { startWaverify } from '../contenders/waverify.ts';
import type { Reading, Row } from '../report.ts';
import { runInTurn } from '../rounds.ts';
import { callJson } from '../support/call-json.ts';
import { readResidentMb } from '../support/resident-memory.ts';

const GROWN = { activity: 0, otp: 0, accounts: 10_000, sessions: 10_000, counters: 1_000_000 };
const EMPTY = { activity: 0, otp: 0 };

/** A number of the seeded counters. */
const LOCKED = '+6289910000000';

const ROUNDS = 5;
const CALLS = 5;

/** By then, everything that a start begins is done. */
const IDLE_MS = 2500;

const LONGEST_MS = 1000;

const DASHBOARD = '/api/analytics/dashboard';

type Server = { readonly origin: string; readonly headers: Readonly<Record<string, string>> };

/** Durations of calls are in milliseconds, each that of the slowest call of the round. */
type Sample = Awaited<ReturnType<typeof measureServer>>;

/** Nothing may become slow because counters, sessions and accounts have accumulated. */
export const growth: Figure = {
  name: 'growth',
  async measure(bench) {
    const [grown, empty] = [await seedDatabase(bench, GROWN), await seedDatabase(bench, EMPTY)];
    const samples = await runInTurn(
      bench,
      { grown: () => measureServer(bench, grown), empty: () => measureServer(bench, empty) },
      { warmUps: 1, rounds: ROUNDS },
    );
    const compare = (figure: string, unit: string, atMost: number, name: keyof Sample): Row => ({
      ...{ figure: `growth: ${figure}`, unit, goal: { atMost } },
      ours: toReading('1,000,000 counters, 10,000 sessions and accounts', samples.grown, name),
      other: toReading('an empty database', samples.empty, name),
    });
    const time = (figure: string, name: keyof Sample): Row => ({
      ...{ figure: `growth: ${figure}`, unit: 'ms', goal: { atMost: LONGEST_MS } },
      ours: toReading(`the slowest of ${CALLS} calls in each round`, samples.grown, name),
    });
    return [
      compare('start until the first dashboard', 'ms', 1.2, 'start'),
      compare('memory after the start', 'MB', 1.1, 'memory'),
      compare('memory after lists of sessions', 'MB', 1.2, 'memoryAfterLists'),
      time('a read in the first seconds', 'first'),
      time('list of sessions', 'list'),
      time('unlock in every account', 'unlock'),
      time('a read during an unlock', 'beside'),
      time('dashboard', 'dashboard'),
      time('readiness', 'ready'),
      time('metrics', 'metrics'),
    ];
  },
};

/** Starts Waverify on a database, and measures one call after another. */
async function measureServer(bench: Bench, path: string) {
  const startedAt = performance.now();
  const { server, headers } = await startWaverify(bench, { DB_SQLITE_PATH: path });
  const at = { origin: server.origin, headers };
  const reading = (path: string) => slowest(() => time(() => read(at, path)));
  await read(at, DASHBOARD);
  const start = performance.now() - startedAt;
  const first = await readDuring(pause(IDLE_MS), at);
  const memory = await readResidentMb(server);
  const list = await reading('/api/sessions');
  const memoryAfterLists = await readResidentMb(server);
  const dashboard = await reading(DASHBOARD);
  const ready = await reading('/api/health/ready');
  const metrics = await reading('/metrics');
  const operator = await logIn(at);
  const unlock = await slowest(() => time(() => unlockNumber(operator)));
  const beside = await slowest(() => readDuring(unlockNumber(operator), at));
  await server.stop();
  return {
    start,
    first,
    memory,
    memoryAfterLists,
    list,
    dashboard,
    ready,
    metrics,
    unlock,
    beside,
  };
}

/** @throws if the response is an error. */
async function read({ origin, headers }: Server, path: string): Promise<void> {
  const response = await request(`${origin}${path}`, { headers });
  await response.body.dump();
  if (response.statusCode !== 200) throw new Error(`GET ${path} answered ${response.statusCode}`);
}

function post({ origin, headers }: Server, path: string, body: object): Promise<unknown> {
  return callJson(`${origin}${path}`, { method: 'POST', headers, body });
}

function unlockNumber(operator: Server): Promise<unknown> {
  return post(operator, '/api/otp/unlock', { phoneNumber: LOCKED });
}

/** Logs in as an operator: only people unlock a number in every account. */
async function logIn(at: Server): Promise<Server> {
  const person = {
    email: `${randomBytes(6).toString('hex')}@example.com`,
    password: randomBytes(16).toString('hex'),
  };
  const about = { name: 'Bench', role: 'ADMIN', mustChangePassword: false };
  await post(at, '/api/users', { ...person, ...about });
  const answer = await post(at, '/api/auth/login', person);
  const { accessToken } = (answer as { data: { accessToken: string } }).data;
  return { origin: at.origin, headers: { authorization: `Bearer ${accessToken}` } };
}

/** The duration of the slowest of the reads that are made, one after another, while `work` runs. */
async function readDuring(work: Promise<unknown>, at: Server): Promise<number> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  const durations = [await time(() => read(at, DASHBOARD))];
  while (!isDone) durations.push(await time(() => read(at, DASHBOARD)));
  await done;
  return Math.max(...durations);
}

async function time(call: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await call();
  return performance.now() - startedAt;
}

async function slowest(measure: () => Promise<number>): Promise<number> {
  const durations: number[] = [];
  for (let calls = 0; calls < CALLS; calls += 1) durations.push(await measure());
  return Math.max(...durations);
}

function toReading(of: string, samples: readonly Sample[], name: keyof Sample): Reading {
  return { of, values: samples.map((sample) => sample[name]), cpuMicros: [] };
}
