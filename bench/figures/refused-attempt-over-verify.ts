import { request } from 'undici';
import type { Bench, Figure } from '../bench.ts';
import { type OtpServer, sendCodes, verifyCodes } from '../contenders/otp-server.ts';
import { startWaverify } from '../contenders/waverify.ts';
import { driveLoad, type LoadResult } from '../load.ts';
import type { Reading } from '../report.ts';
import { runInTurn } from '../rounds.ts';
import { median } from '../statistics.ts';

const VERIFIES = 60;
const REFUSALS = 1000;
const LOCKED_NUMBERS = 3;

/** Far more than the default limit of ten failures an hour. */
const MOST_ATTEMPTS_TO_LOCK = 40;

/** If refused attempts were hashed too, an attacker could overload the server with them. */
export const refusedAttemptOverVerify: Figure = {
  name: 'refused-attempt-over-verify',
  async measure(bench) {
    const waverify = await startWaverify(bench);
    const locked = bench.phoneNumbers.draw(LOCKED_NUMBERS);
    for (const phoneNumber of locked) await lockNumber(waverify, phoneNumber);
    const { refused, right, wrong } = await runInTurn(
      bench,
      {
        refused: () => measureRefusals(waverify, locked),
        right: () => measureRightAttempts(bench, waverify),
        wrong: () => measureWrongAttempts(bench, waverify),
      },
      { warmUps: 2, rounds: 5 },
    );
    // The faster of the two is the stricter measure for us.
    const verify = [describe(right, 'a correct code'), describe(wrong, 'a wrong attempt')].reduce(
      (a, b) => (median(a.values) <= median(b.values) ? a : b),
    );
    return [
      {
        figure: 'refused attempt / verify, default hash',
        unit: 'ms',
        ours: describe(refused, 'an attempt for a locked number, one at a time'),
        other: { ...verify, of: `${verify.of}, one at a time (the faster of correct and wrong)` },
        goal: { atMost: 0.1 },
      },
    ];
  },
};

/** Makes wrong attempts until the number is locked. @throws if that does not happen. */
async function lockNumber({ server, buildVerify }: OtpServer, phoneNumber: string): Promise<void> {
  const { path, headers, body } = buildVerify(phoneNumber, '000000');
  for (let attempt = 0; attempt < MOST_ATTEMPTS_TO_LOCK; attempt += 1) {
    const response = await request(`${server.origin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    const text = await response.body.text();
    if (response.statusCode === 429 && text.includes('otp_locked')) return;
    if (response.statusCode !== 400) throw new Error(`A wrong attempt was answered by ${text}`);
  }
  throw new Error(`${MOST_ATTEMPTS_TO_LOCK} wrong attempts did not lock a number`);
}

function measureRefusals({ server, buildVerify }: OtpServer, locked: readonly string[]) {
  const calls = Array.from({ length: REFUSALS }, (_, index) =>
    buildVerify(locked[index % locked.length] ?? '', '000000'),
  );
  return driveLoad(server, { calls, connections: 1, expectedStatus: 429 });
}

async function measureRightAttempts(bench: Bench, waverify: OtpServer): Promise<LoadResult> {
  const { phoneNumbers, codes } = await prepareAttempts(bench, waverify);
  return verifyCodes(waverify, codes, { phoneNumbers, connections: 1 });
}

async function measureWrongAttempts(bench: Bench, waverify: OtpServer): Promise<LoadResult> {
  const { phoneNumbers, codes } = await prepareAttempts(bench, waverify);
  const calls = phoneNumbers.map((number, index) =>
    waverify.buildVerify(number, codes[index] === '000000' ? '000001' : '000000'),
  );
  return driveLoad(waverify.server, { calls, connections: 1, expectedStatus: 400 });
}

async function prepareAttempts({ phoneNumbers, sink }: Bench, waverify: OtpServer) {
  const drawn = phoneNumbers.draw(VERIFIES);
  const { codes } = await sendCodes(waverify, sink, { phoneNumbers: drawn, connections: 4 });
  return { phoneNumbers: drawn, codes };
}

function describe(loads: readonly LoadResult[], of: string): Reading {
  return {
    of,
    values: loads.map(({ medianMs }) => medianMs),
    cpuMicros: loads.map(({ cpuMicrosPerCall }) => cpuMicrosPerCall),
  };
}
