import type { Bench, Figure } from '../bench.ts';
import { sendCodes, verifyCodes } from '../contenders/otp-server.ts';
import { createRawArgon2 } from '../contenders/raw-argon2.ts';
import { startWaverify } from '../contenders/waverify.ts';
import { runInTurn } from '../rounds.ts';

const VERIFIES = 240;
const HASH_CONCURRENCY = 2;

/** Enough that a hash is always waiting while two are running. */
const CONNECTIONS = 16;

type Sample = { readonly perSecond: number; readonly cpuMicros: number | undefined };

/** How much of a verify is the unavoidable hash, and how much is ours. */
export const verifyOverRawHash: Figure = {
  name: 'verify-over-raw-hash',
  async measure(bench) {
    const waverify = await startWaverify(bench, { OTP_HASH_CONCURRENCY: `${HASH_CONCURRENCY}` });
    const rawArgon2 = await createRawArgon2();
    const { ours, raw } = await runInTurn(
      bench,
      {
        ours: () => measureVerifies(bench, waverify),
        raw: async (): Promise<Sample> => {
          const verifies = await rawArgon2.measureVerifies(VERIFIES, HASH_CONCURRENCY);
          return { perSecond: verifies.perSecond, cpuMicros: verifies.cpuMicrosPerVerify };
        },
      },
      { warmUps: 1, rounds: 5 },
    );
    return [
      {
        figure: 'verify, default hash / argon2id alone',
        unit: 'verify/s',
        ours: describe(ours, `correct codes to Waverify over ${CONNECTIONS} connections`),
        other: describe(raw, `verify of ${rawArgon2.library}, ${HASH_CONCURRENCY} at a time`),
        goal: { atLeast: 0.9 },
      },
    ];
  },
};

async function measureVerifies(
  { phoneNumbers, sink }: Bench,
  waverify: Awaited<ReturnType<typeof startWaverify>>,
): Promise<Sample> {
  const recipients = { phoneNumbers: phoneNumbers.draw(VERIFIES), connections: CONNECTIONS };
  const { codes } = await sendCodes(waverify, sink, recipients);
  const { seconds, cpuMicrosPerCall } = await verifyCodes(waverify, codes, recipients);
  return { perSecond: VERIFIES / seconds, cpuMicros: cpuMicrosPerCall };
}

function describe(samples: readonly Sample[], of: string) {
  return {
    of,
    values: samples.map(({ perSecond }) => perSecond),
    cpuMicros: samples.map(({ cpuMicros }) => cpuMicros),
  };
}
