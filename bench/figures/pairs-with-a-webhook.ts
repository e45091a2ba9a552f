import type { Figure } from '../bench.ts';
import { describePairs, measurePairs } from '../contenders/pairs.ts';
import { startWaverify } from '../contenders/waverify.ts';
import { runInTurn } from '../rounds.ts';
import { RECEIVER_SETTINGS, startWebhookReceivers } from '../support/webhook-receivers.ts';
import { CHEAP_HASH } from './pairs-over-better-auth.ts';

const LOAD = { pairs: 600, connections: 32 };

/** Created, accepted, approved. */
const EVENTS_OF_A_PAIR = 3;

/** What recording and pushing events costs sends and verifies. */
export const pairsWithAWebhook: Figure = {
  name: 'pairs-with-a-webhook',
  async measure(bench) {
    const receivers = await startWebhookReceivers(bench.servers);
    const plain = await startWaverify(bench, CHEAP_HASH);
    const watched = await startWaverify(bench, { ...CHEAP_HASH, ...RECEIVER_SETTINGS });
    await receivers.subscribe(watched, '/', ['*']);
    const { withWebhook, without } = await runInTurn(
      bench,
      {
        async withWebhook() {
          const startedAt = performance.now();
          const sample = await measurePairs(bench, [watched], LOAD);
          // Its backlog must not slow the next contender down.
          await receivers.take(LOAD.pairs * EVENTS_OF_A_PAIR);
          const seconds = (performance.now() - startedAt) / 1000;
          return { ...sample, untilPushed: LOAD.pairs / seconds };
        },
        async without() {
          const sample = await measurePairs(bench, [plain], LOAD);
          return { ...sample, untilPushed: sample.pairsPerSecond };
        },
      },
      { warmUps: 3, rounds: 5 },
    );
    const unit = 'pairs/s';
    const other = describePairs(without, 'the same without a webhook');
    return [
      {
        figure: 'pairs with one webhook / without',
        unit,
        ours: describePairs(withWebhook, 'send and verify in an account with a webhook for all'),
        other,
        goal: { atLeast: 0.85 },
      },
      {
        figure: 'pairs until all is pushed / without',
        unit,
        ours: {
          of: 'the same, with the time until the last of their events has arrived',
          values: withWebhook.map(({ untilPushed }) => untilPushed),
          cpuMicros: [],
        },
        other,
      },
    ];
  },
};
