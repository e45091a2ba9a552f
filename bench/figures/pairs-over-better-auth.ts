import type { Figure } from '../bench.ts';
import { startBetterAuth } from '../contenders/better-auth.ts';
import { describePairs, measurePairs } from '../contenders/pairs.ts';
import { startWaverify } from '../contenders/waverify.ts';
import { runInTurn } from '../rounds.ts';

const LOAD = { pairs: 600, connections: 32 };

/** The documented setting for high volume: the pepper protects the codes, and the memory cost is small. */
export const CHEAP_HASH = { OTP_HASH_MEMORY_KIB: '1024', OTP_HASH_TIME_COST: '1' };

/** Send and verify: codes are hashed by us and in plain text in the peer. */
export const pairsOverBetterAuth: Figure = {
  name: 'pairs-over-better-auth',
  async measure(bench) {
    const waverify = await startWaverify(bench, CHEAP_HASH);
    const betterAuth = await startBetterAuth(bench);
    const { ours, withUser, codeAlone } = await runInTurn(
      bench,
      {
        ours: () => measurePairs(bench, [waverify], LOAD),
        withUser: () => measurePairs(bench, [betterAuth.verifyingBy('/phone-number/verify')], LOAD),
        codeAlone: () => measurePairs(bench, [betterAuth.verifyingBy('/consume')], LOAD),
      },
      { warmUps: 3, rounds: 5 },
    );
    const unit = 'pairs/s';
    const reading = describePairs(
      ours,
      `send and verify by Waverify, ${LOAD.connections} connections, 1 MiB`,
    );
    return [
      {
        figure: 'pairs, 1 MiB hash / better-auth',
        unit,
        ours: reading,
        other: describePairs(withUser, 'better-auth 1.7.7 with its user row, codes in plain text'),
        goal: { atLeast: 3 },
      },
      {
        figure: 'pairs, 1 MiB hash / the same, no user row',
        unit,
        ours: reading,
        other: describePairs(
          codeAlone,
          'its consumePhoneNumberOTP, for which the plugin has no route',
        ),
      },
    ];
  },
};
