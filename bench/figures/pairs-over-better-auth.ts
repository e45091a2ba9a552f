import type { Bench, Figure } from '../bench.ts';
import { startBetterAuth } from '../contenders/better-auth.ts';
import { type OtpServer, sendCodes, verifyCodes } from '../contenders/otp-server.ts';
import { startWaverify } from '../contenders/waverify.ts';
import type { Reading } from '../report.ts';
import { runInTurn } from '../rounds.ts';

const PAIRS = 600;
const CONNECTIONS = 32;

/** The documented setting for high volume: the pepper protects the codes, and the memory cost is small. */
export const CHEAP_HASH = { OTP_HASH_MEMORY_KIB: '1024', OTP_HASH_TIME_COST: '1' };

type Sample = { readonly pairsPerSecond: number; readonly cpuMicros: number | undefined };

/** Send and verify: codes are hashed by us and in plain text in the peer. */
export const pairsOverBetterAuth: Figure = {
  name: 'pairs-over-better-auth',
  async measure(bench) {
    const waverify = await startWaverify(bench, CHEAP_HASH);
    const betterAuth = await startBetterAuth(bench);
    const { ours, withUser, codeAlone } = await runInTurn(
      bench,
      {
        ours: () => measurePairs(bench, waverify),
        withUser: () => measurePairs(bench, betterAuth.verifyingBy('/phone-number/verify')),
        codeAlone: () => measurePairs(bench, betterAuth.verifyingBy('/consume')),
      },
      { warmUps: 3, rounds: 5 },
    );
    const unit = 'pairs/s';
    const reading = describe(
      ours,
      `send and verify by Waverify, ${CONNECTIONS} connections, 1 MiB`,
    );
    return [
      {
        figure: 'pairs, 1 MiB hash / better-auth',
        unit,
        ours: reading,
        other: describe(withUser, 'better-auth 1.7.7 with its user row, codes in plain text'),
        goal: { atLeast: 3 },
      },
      {
        figure: 'pairs, 1 MiB hash / the same, no user row',
        unit,
        ours: reading,
        other: describe(codeAlone, 'its consumePhoneNumberOTP, for which the plugin has no route'),
      },
    ];
  },
};

/** Counts the time of the sends and the verifies, but not of fetching the codes in between. */
async function measurePairs({ phoneNumbers, sink }: Bench, contender: OtpServer): Promise<Sample> {
  const recipients = { phoneNumbers: phoneNumbers.draw(PAIRS), connections: CONNECTIONS };
  const { load: sends, codes } = await sendCodes(contender, sink, recipients);
  const verifies = await verifyCodes(contender, codes, recipients);
  const isCpuKnown =
    sends.cpuMicrosPerCall !== undefined && verifies.cpuMicrosPerCall !== undefined;
  return {
    pairsPerSecond: PAIRS / (sends.seconds + verifies.seconds),
    cpuMicros: isCpuKnown ? (sends.cpuMicrosPerCall + verifies.cpuMicrosPerCall) / 2 : undefined,
  };
}

function describe(samples: readonly Sample[], of: string): Reading {
  return {
    of,
    values: samples.map(({ pairsPerSecond }) => pairsPerSecond),
    cpuMicros: samples.map(({ cpuMicros }) => cpuMicros),
  };
}
