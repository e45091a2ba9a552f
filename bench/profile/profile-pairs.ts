import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import { sendCodes, verifyCodes } from '../contenders/otp-server.ts';
import { startWaverify } from '../contenders/waverify.ts';
import { CHEAP_HASH } from '../figures/pairs-over-better-auth.ts';
import { formatTable } from '../format-table.ts';
import { waitFor } from '../support/wait-for.ts';
import { readProfile, type Share } from './read-profile.ts';

const RECORDER = new URL('./recorder.mjs', import.meta.url).href;
const WRITTEN = 'waverify-pairs.cpuprofile';

const WARM_UP_PAIRS = 1000;
const PAIRS = 3000;
const CONNECTIONS = 32;
const LISTED = 25;
/** How long the server may take to begin a recording. */
const SETTLING_MS = 500;

type Server = Awaited<ReturnType<typeof startWaverify>>;

/**
 * Profiles a server on SQLite while it sends and checks codes: the CPU time of a pair, its calls of SQLite, and
 * where the main thread spends its time. Writes the CPU profile to the working directory.
 */
export async function profilePairs(bench: Bench): Promise<string> {
  const [profileFile, countsFile] = [bench.drawPath(), bench.drawPath()];
  const settings = { ...CHEAP_HASH, PROFILE_FILE: profileFile, COUNTS_FILE: countsFile };
  const waverify = await startWaverify(bench, settings, ['--import', RECORDER]);
  await measurePairs(bench, waverify, WARM_UP_PAIRS);
  process.kill(waverify.server.pid, 'SIGUSR2');
  await pause(SETTLING_MS);
  const cpuMicros = await measurePairs(bench, waverify, PAIRS);
  process.kill(waverify.server.pid, 'SIGUSR2');
  await waitFor('profile', async () => existsSync(profileFile) || undefined);
  copyFileSync(profileFile, WRITTEN);
  const counts = JSON.parse(readFileSync(countsFile, 'utf8')) as Readonly<Record<string, number>>;
  return format(cpuMicros, counts);
}

/** Sends and checks that many codes. Returns the CPU time of the server, in microseconds for each pair. */
async function measurePairs({ phoneNumbers, sink }: Bench, waverify: Server, pairs: number) {
  const recipients = { phoneNumbers: phoneNumbers.draw(pairs), connections: CONNECTIONS };
  const { load: sends, codes } = await sendCodes(waverify, sink, recipients);
  const verifies = await verifyCodes(waverify, codes, recipients);
  return (sends.cpuMicrosPerCall ?? Number.NaN) + (verifies.cpuMicrosPerCall ?? Number.NaN);
}

function format(cpuMicros: number, counts: Readonly<Record<string, number>>): string {
  const { byFile, byFunction } = readProfile(WRITTEN);
  const busy = byFile.reduce((sum, { micros }) => sum + micros, 0) / PAIRS;
  const calls = Object.entries(counts).map(
    ([name, count]) => `${(count / PAIRS).toFixed(1)} ${name}`,
  );
  return [
    `\nA send and a verify, ${CONNECTIONS} connections, 1 MiB hash, SQLite; ${PAIRS} of them, while profiled.`,
    `CPU of a pair: ${cpuMicros.toFixed(0)} us, of which the main thread ${busy.toFixed(0)} us.`,
    `Calls of SQLite a pair: ${calls.join(', ')}.`,
    '',
    ...formatShares('package or file', byFile),
    '',
    ...formatShares('function', byFunction),
    '',
    `The profile is in ${resolve(WRITTEN)}; open it in the developer tools of Chromium.`,
  ].join('\n');
}

function formatShares(heading: string, shares: readonly Share[]): readonly string[] {
  const rows = shares
    .slice(0, LISTED)
    .map(({ name, micros }) => [(micros / PAIRS).toFixed(1), name]);
  return formatTable([['us a pair', heading], ...rows]);
}
