import { setTimeout as pause } from 'node:timers/promises';
import type { Bench, Figure } from '../bench.ts';
import { startWaverify } from '../contenders/waverify.ts';
import { driveLoad } from '../load.ts';
import { runInTurn } from '../rounds.ts';
import { quantile } from '../statistics.ts';
import { HANGING, RECEIVER_SETTINGS, startWebhookReceivers } from '../support/webhook-receivers.ts';
import { CHEAP_HASH } from './pairs-over-better-auth.ts';

/** 500 sends with an event for each of 20 endpoints: 10,000 pushes, 500 in each second. */
const ENDPOINTS = 20;
const SLICES = 100;
const SENDS_PER_SLICE = 5;
const SLICE_MS = 200;
const SENDS = SLICES * SENDS_PER_SLICE;

/** An endpoint that never responds must not delay the others. */
export const webhooksBesideAHangingEndpoint: Figure = {
  name: 'webhooks-beside-a-hanging-endpoint',
  async measure(bench) {
    const receivers = await startWebhookReceivers(bench.servers);
    const waverify = await startWaverify(bench, { ...CHEAP_HASH, ...RECEIVER_SETTINGS });
    const healthy = Array.from({ length: ENDPOINTS - 1 }, (_, index) => `/${index}`);
    for (const path of [HANGING, ...healthy]) {
      await receivers.subscribe(waverify, path, ['verification.created']);
    }
    const { beside } = await runInTurn(
      bench,
      {
        async beside() {
          const cpuMicros = await sendSteadily(bench, waverify);
          const arrivals = await receivers.take(SENDS * healthy.length);
          return {
            p95Ms: quantile(
              arrivals.map(({ lagMs }) => lagMs),
              0.95,
            ),
            cpuMicros,
          };
        },
      },
      { warmUps: 0, rounds: 3 },
    );
    return [
      {
        figure: 'p95 from change to arrival, 1 of 20 hangs',
        unit: 'ms',
        ours: {
          of: `${SENDS} sends in ${(SLICES * SLICE_MS) / 1000} s, each pushed to ${ENDPOINTS} endpoints of which one never responds, as the others receive them`,
          values: beside.map(({ p95Ms }) => p95Ms),
          cpuMicros: beside.map(({ cpuMicros }) => cpuMicros),
        },
        goal: { atMost: 1000 },
      },
    ];
  },
};

/** Sends codes at a steady rate; returns the processor time of a send with its pushes. */
async function sendSteadily(
  { phoneNumbers }: Bench,
  { server, buildSend }: Awaited<ReturnType<typeof startWaverify>>,
): Promise<number | undefined> {
  let micros = 0;
  for (let slice = 0; slice < SLICES; slice += 1) {
    const calls = phoneNumbers.draw(SENDS_PER_SLICE).map(buildSend);
    const load = { calls, connections: SENDS_PER_SLICE, expectedStatus: 200 };
    const [{ cpuMicrosPerCall }] = await Promise.all([driveLoad(server, load), pause(SLICE_MS)]);
    micros += cpuMicrosPerCall ?? Number.NaN;
  }
  return Number.isNaN(micros) ? undefined : micros / SLICES;
}
