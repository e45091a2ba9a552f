import type { Bench, Figure } from '../bench.ts';
import { type OtpServer, sendCodes, verifyCodes } from '../contenders/otp-server.ts';
import { startWaverify } from '../contenders/waverify.ts';
import type { Reading } from '../report.ts';
import { runInTurn } from '../rounds.ts';
import { callJson } from '../support/call-json.ts';

/** Many short rounds: the difference is far smaller than the noise of a busy machine in one round. */
const PAIRS = 120;
const ROUNDS = 41;
const CONNECTIONS = 16;

/** The default hash would hide the cost of a key. */
const CHEAP_HASH = { OTP_HASH_MEMORY_KIB: '1024', OTP_HASH_TIME_COST: '1' };

type Waverify = Awaited<ReturnType<typeof startWaverify>>;
type Sample = { readonly msPerPair: number; readonly cpuMicros: number | undefined };

/** The cost of looking up a key, checking its scopes and counting its use. */
export const scopedKeyOverBootstrap: Figure = {
  name: 'scoped-key-over-bootstrap',
  async measure(bench) {
    const waverify = await startWaverify(bench, CHEAP_HASH);
    const withScopedKey = withKey(await createKey(waverify), waverify);
    const { scoped, bootstrap } = await runInTurn(
      bench,
      {
        scoped: () => measurePairs(bench, withScopedKey),
        bootstrap: () => measurePairs(bench, waverify),
      },
      { warmUps: 5, rounds: ROUNDS },
    );
    return [
      {
        figure: 'pair, scoped key / bootstrap key, 1 MiB',
        unit: 'ms/pair',
        ours: describe(scoped, 'send and verify with a key of two scopes'),
        other: describe(bootstrap, 'the same server with the bootstrap key'),
        goal: { atMost: 1.05 },
      },
    ];
  },
};

/** Creates a key that may send and verify, and returns its secret. */
async function createKey({ server, headers }: Waverify): Promise<string> {
  const answer = await callJson(`${server.origin}/api/keys`, {
    method: 'POST',
    headers,
    body: { name: 'bench', scopes: ['otp:send', 'otp:verify'] },
  });
  const { secret } = (answer as { data: { secret?: unknown } }).data;
  if (typeof secret !== 'string') throw new Error('POST /api/keys answered without a secret');
  return secret;
}

/** The same server, called with another key. */
function withKey(key: string, { server, buildSend, buildVerify }: OtpServer): OtpServer {
  const headers = { 'x-api-key': key };
  return {
    server,
    buildSend: (phoneNumber) => ({ ...buildSend(phoneNumber), headers }),
    buildVerify: (phoneNumber, code) => ({ ...buildVerify(phoneNumber, code), headers }),
  };
}

/** Counts the time of the sends and the verifies, but not of fetching the codes in between. */
async function measurePairs({ phoneNumbers, sink }: Bench, contender: OtpServer): Promise<Sample> {
  const recipients = { phoneNumbers: phoneNumbers.draw(PAIRS), connections: CONNECTIONS };
  const { load: sends, codes } = await sendCodes(contender, sink, recipients);
  const verifies = await verifyCodes(contender, codes, recipients);
  const isCpuKnown =
    sends.cpuMicrosPerCall !== undefined && verifies.cpuMicrosPerCall !== undefined;
  return {
    msPerPair: ((sends.seconds + verifies.seconds) * 1000) / PAIRS,
    cpuMicros: isCpuKnown ? (sends.cpuMicrosPerCall + verifies.cpuMicrosPerCall) / 2 : undefined,
  };
}

function describe(samples: readonly Sample[], of: string): Reading {
  return {
    of,
    values: samples.map(({ msPerPair }) => msPerPair),
    cpuMicros: samples.map(({ cpuMicros }) => cpuMicros),
  };
}
