import type { Bench, Figure } from '../bench.ts';
import { type OtpServer, sendCodes, verifyCodes } from '../contenders/otp-server.ts';
import { startSeededWaverify } from '../contenders/seeded-waverify.ts';
import type { LoadResult } from '../load.ts';
import type { Reading } from '../report.ts';
import { runInTurn } from '../rounds.ts';

const LARGE = { activity: 1_000_000, otp: 1_000_000 };
const EMPTY = { activity: 0, otp: 0 };

const VERIFIES = 400;
const CONNECTIONS = 16;

/** The default hash would hide the cost of finding a row. */
const CHEAP_HASH = { OTP_HASH_MEMORY_KIB: '1024', OTP_HASH_TIME_COST: '1' };

/** A verify must not become slower because many codes have been sent. */
export const verifyAtAMillion: Figure = {
  name: 'verify-at-a-million',
  async measure(bench) {
    const large = await startSeededWaverify(bench, LARGE, CHEAP_HASH);
    const empty = await startSeededWaverify(bench, EMPTY, CHEAP_HASH);
    const loads = await runInTurn(
      bench,
      { large: () => measure(bench, large), empty: () => measure(bench, empty) },
      { warmUps: 2, rounds: 9 },
    );
    return [
      {
        figure: 'verify, 1,000,000 stored codes / none, 1 MiB',
        unit: 'verify/s',
        ours: describe(loads.large, '1,000,000 codes and 1,000,000 activity rows in the database'),
        other: describe(loads.empty, 'an empty database'),
        goal: { atLeast: 0.85 },
      },
    ];
  },
};

async function measure({ phoneNumbers, sink }: Bench, server: OtpServer): Promise<LoadResult> {
  const recipients = { phoneNumbers: phoneNumbers.draw(VERIFIES), connections: CONNECTIONS };
  const { codes } = await sendCodes(server, sink, recipients);
  return verifyCodes(server, codes, recipients);
}

function describe(loads: readonly LoadResult[], of: string): Reading {
  return {
    of,
    values: loads.map(({ seconds }) => VERIFIES / seconds),
    cpuMicros: loads.map(({ cpuMicrosPerCall }) => cpuMicrosPerCall),
  };
}
