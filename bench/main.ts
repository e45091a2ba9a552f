import { parseArgs } from 'node:util';
import type { Figure } from './bench.ts';
import { analyticsAtAMillion } from './figures/analytics-at-a-million.ts';
import { codesBesideConversations } from './figures/codes-beside-conversations.ts';
import { groupReceipts } from './figures/group-receipts.ts';
import { growth } from './figures/growth.ts';
import { idleMemory } from './figures/idle-memory.ts';
import { memoryOfConversations } from './figures/memory-of-conversations.ts';
import { memoryOfSessions } from './figures/memory-of-sessions.ts';
import { pairsOnServers } from './figures/pairs-on-servers.ts';
import { pairsOverBetterAuth } from './figures/pairs-over-better-auth.ts';
import { pairsWithAWebhook } from './figures/pairs-with-a-webhook.ts';
import { rateOverLibrary } from './figures/rate-over-library.ts';
import { refusedAttemptOverVerify } from './figures/refused-attempt-over-verify.ts';
import { scopedKeyOverBootstrap } from './figures/scoped-key-over-bootstrap.ts';
import { sendOnAnotherNode } from './figures/send-on-another-node.ts';
import { sendOverLibrary } from './figures/send-over-library.ts';
import { startOverHello } from './figures/start-over-hello.ts';
import { statusWhileHashing } from './figures/status-while-hashing.ts';
import { verifyAtAMillion } from './figures/verify-at-a-million.ts';
import { verifyOverRawHash } from './figures/verify-over-raw-hash.ts';
import { verifyWhileBackingUp } from './figures/verify-while-backing-up.ts';
import { verifyWhilePruning } from './figures/verify-while-pruning.ts';
import { webhooksBesideAHangingEndpoint } from './figures/webhooks-beside-a-hanging-endpoint.ts';
import { measureFigures, withBench } from './measure-figures.ts';
import { profilePairs } from './profile/profile-pairs.ts';
import { formatReport } from './report.ts';
import { readSoakOptions } from './soak/options.ts';
import { soak } from './soak/soak.ts';
import { judgeSoak } from './soak/verdict.ts';

/** In the order of the table. To add a figure, add a file in figures/ and a line here. */
const FIGURES: readonly Figure[] = [
  verifyOverRawHash,
  pairsOverBetterAuth,
  pairsOnServers,
  pairsWithAWebhook,
  webhooksBesideAHangingEndpoint,
  refusedAttemptOverVerify,
  scopedKeyOverBootstrap,
  sendOverLibrary,
  rateOverLibrary,
  sendOnAnotherNode,
  codesBesideConversations,
  memoryOfSessions,
  memoryOfConversations,
  startOverHello,
  idleMemory,
  analyticsAtAMillion,
  growth,
  groupReceipts,
  statusWhileHashing,
  verifyAtAMillion,
  verifyWhilePruning,
  verifyWhileBackingUp,
];

/** Those of `--quick`, which takes less than three minutes. */
const QUICK = [verifyOverRawHash, pairsOverBetterAuth, refusedAttemptOverVerify, startOverHello];
const QUICK_ROUNDS = 3;

const USAGE = `npm run bench [-- FIGURE...]
  measures all figures, or those named: ${FIGURES.map(({ name }) => name).join(', ')}.
npm run bench -- --quick [FIGURE...]
  measures with ${QUICK_ROUNDS} rounds: ${QUICK.map(({ name }) => name).join(', ')}, or those named.
npm run bench -- profile
  writes a CPU profile of sends and verifies, and shows what they spend their time on.
npm run bench -- soak [--minutes 2] [--dialect sqlite|mysql|postgres] [--rate USERS_PER_SECOND] [--steps COUNT] [--samples FILE]
  keeps the service under a third of the load that it can take, and shows whether memory, tables or latency grow.
  With --steps, the clock of the service is set 46 days ahead so many times, and it keeps logs and events for a day: it
  prunes, and sums up roll-ups by day, while users come.
  Appends each sample as a line of JSON to the file. Exits with 1 if a goal is missed.
  Otherwise, exits with 0 even if a goal is missed, and with 1 if a server responds incorrectly.`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      minutes: { type: 'string' },
      dialect: { type: 'string' },
      rate: { type: 'string' },
      steps: { type: 'string' },
      samples: { type: 'string' },
    },
  });
  if (values.help) return console.log(USAGE);
  if (positionals.join() === 'profile') return console.log(await withBench(profilePairs));
  if (positionals.join() === 'soak') {
    const options = readSoakOptions(values);
    const { text, isMet } = judgeSoak(await withBench((bench) => soak(bench, options)));
    if (!isMet) process.exitCode = 1;
    return console.log(text);
  }
  const figures = chooseFigures(positionals, values.quick ? QUICK : FIGURES);
  const options = values.quick ? { mostRounds: QUICK_ROUNDS } : {};
  const { rows, failures } = await measureFigures(figures, options);
  if (rows.length > 0) console.log(formatReport(rows));
  for (const failure of failures) console.error(failure);
  if (failures.length > 0) process.exitCode = 1;
}

function chooseFigures(names: readonly string[], all: readonly Figure[]): readonly Figure[] {
  const unknown = names.filter((name) => !FIGURES.some((figure) => figure.name === name));
  if (unknown.length > 0) throw new Error(`Unknown figure: ${unknown.join(', ')}\n${USAGE}`);
  return names.length === 0 ? all : FIGURES.filter(({ name }) => names.includes(name));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
