import { afterAll, beforeAll, expect, it } from 'vitest';
import { toRate } from '../../../src/domain/rate-limit.ts';
import {
  createTestDatabase,
  type DialectName,
  type TestDatabase,
} from '../../support/database/databases.ts';
import { open } from '../../support/database/migrated-database.ts';
import { killsOf } from '../../support/full-run.ts';
import type { Answer } from '../../support/http/client.ts';
import { type Gateway, startGateway } from '../../support/http/gateway.ts';
import { wrongCodes } from '../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';
import { type ServerProcess, startServerProcess } from '../../support/process/server-process.ts';

/** A start takes most of a second, so this is what a run of all tests can wait for. */
const KILLS = { sqlite: 8, mysql: 4, postgres: 4 };
const PEOPLE = 8;
const GUESSES = 200;

const ENV = {
  OTP_HASH_CONCURRENCY: '64',
  OTP_MAX_ATTEMPTS: '5',
  LIMIT_SENDS_PER_PREFIX_HOUR: '0',
  LIMIT_FAILURES_PER_PHONE_HOUR: '1000',
  LIMIT_FAILURES_PER_PHONE_DAY: '1000',
  LIMIT_FAILURES_IN_A_ROW: '1000',
  LIMIT_FAILURES_PER_IP_HOUR: '0',
  LIMIT_FAILURES_PER_KEY_HOUR: '0',
};

type Person = { readonly phoneNumber: string; readonly code: string };
type Attempt = {
  readonly person: Person;
  readonly otp: string;
  readonly answer: Answer | undefined;
};

const nextNumber = createPhoneNumbers();

async function sendTo(node: ServerProcess, gateway: Gateway): Promise<Person> {
  const phoneNumber = nextNumber();
  const { status } = await node.client.post('/api/otp/send', { phoneNumber });
  expect(status).toBe(200);
  return { phoneNumber, code: gateway.codeFor(phoneNumber) };
}

/**
 * Right and wrong codes of all people at once, until `kill` is called behind the given number of
 * answers. An answer that never came is undefined.
 */
async function attemptUntil(node: ServerProcess, people: readonly Person[], answersBefore: number) {
  let answers = 0;
  let kill = (_: unknown) => {};
  const killed = new Promise((resolve) => {
    kill = resolve;
  });
  const guessing = Array.from({ length: GUESSES }, async (_, index): Promise<Attempt> => {
    const person = people[index % people.length];
    if (!person) throw new Error('nobody is there');
    const isRight = Math.floor(index / people.length) % 6 === 2;
    const otp = isRight ? person.code : (wrongCodes(person.code, index + 1).at(-1) ?? '');
    const answer = await node.client
      .post('/api/otp/verify', { phoneNumber: person.phoneNumber, otp })
      .catch(() => undefined);
    answers += 1;
    if (answers === answersBefore) kill(node.stop('SIGKILL'));
    return { person, otp, answer };
  });
  await killed;
  return Promise.all(guessing);
}

/** Holds what the database says after the kill against every answer that came before it. */
async function checkBooks(
  testDatabase: TestDatabase,
  people: readonly Person[],
  attempts: Attempt[],
) {
  const database = await open(testDatabase);
  for (const { phoneNumber, code } of people) {
    const own = attempts.filter(({ person }) => person.phoneNumber === phoneNumber);
    const successes = own.filter(({ answer }) => answer?.status === 200);
    // The right code once more is answered alike and takes its count back.
    const failures = own.filter(
      ({ otp, answer }) => answer?.body.code === 'otp_invalid' && otp !== code,
    );
    expect(successes.length).toBeLessThanOrEqual(1);
    expect(successes.every(({ otp }) => otp === code)).toBe(true);
    const row = await database.models.OTPLog.findOne({ where: { phoneNumber } });
    if (successes.length > 0) expect(row?.status).toBe('verified');
    const [counter] = await database.statements.select(
      'SELECT "resetsAt" FROM "rate_limits" WHERE "limitKey" = $1',
      [`otp-fail-phone-day|default|${phoneNumber}`],
    );
    // A correct code that took its count back leaves the wrong ones; nothing less may be there.
    const { intervalMs } = toRate({ name: 'day', max: 1000, windowSeconds: 86_400 });
    const countedMs = Math.max(0, Number(counter?.['resetsAt'] ?? 0) - Date.now());
    expect(Math.ceil(countedMs / intervalMs)).toBeGreaterThanOrEqual(failures.length);
    // While nobody was right, each wrong attempt spent an attempt, or there was none left.
    if (row?.status === 'sent') {
      expect(row.attempts).toBeGreaterThanOrEqual(Math.min(5, failures.length));
    }
  }
  await database.close();
}

/** After the restart, each code is good for what was not acknowledged, and for nothing else. */
async function tryAgain(node: ServerProcess, people: readonly Person[], attempts: Attempt[]) {
  for (const { phoneNumber, code } of people) {
    const wasAccepted = attempts.some(
      ({ person, answer }) => person.phoneNumber === phoneNumber && answer?.status === 200,
    );
    const again = () => node.client.post('/api/otp/verify', { phoneNumber, otp: code });
    const [first, second] = [await again(), await again()];
    const accepted = [first, second].filter(({ status }) => status === 200).length;
    expect(accepted + Number(wasAccepted)).toBeLessThanOrEqual(1);
    expect(second.body.code).toBe('otp_invalid');
  }
}

/** The suite of a process that is killed while it checks codes, on one database. */
export function killWhileGuessing(dialect: DialectName): void {
  let testDatabase: TestDatabase;
  let gateway: Gateway;
  let node: ServerProcess;
  const start = () =>
    startServerProcess({ databaseUrl: testDatabase.url, gatewayUrl: gateway.url, env: ENV });

  beforeAll(async () => {
    testDatabase = await createTestDatabase(dialect);
    gateway = await startGateway();
    node = await start();
  });
  afterAll(async () => {
    await node.stop('SIGKILL');
    await gateway.close();
    await testDatabase.drop();
  });

  const kills = killsOf(KILLS[dialect]);
  const timeout = kills * 60_000;

  it('C01, C02: forgets nothing that it answered, and gives no free attempt', {
    timeout,
  }, async () => {
    for (let kill = 0; kill < kills; kill += 1) {
      const people = await Promise.all(Array.from({ length: PEOPLE }, () => sendTo(node, gateway)));
      const attempts = await attemptUntil(node, people, 1 + ((kill * 37) % 150));
      // The kill met the work: some of it was not answered.
      expect(attempts.some(({ answer }) => answer === undefined)).toBe(true);
      await checkBooks(testDatabase, people, attempts);
      node = await start();
      await tryAgain(node, people, attempts);
    }
  });
}
