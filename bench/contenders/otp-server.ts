import type { Bench } from '../bench.ts';
import { type Call, driveLoad, type LoadResult } from '../load.ts';
import type { CodeSink } from '../support/code-sink.ts';
import type { RunningServer } from '../support/server-keeper.ts';

/** A server that sends and checks codes, and how to call it. */
export type OtpServer = {
  readonly server: RunningServer;
  buildSend(phoneNumber: string): Call;
  buildVerify(phoneNumber: string, code: string): Call;
};

type Recipients = {
  readonly phoneNumbers: readonly string[];
  readonly connections: number;
};

/** Sends a code to every number and returns the codes, in the same order. */
export async function sendCodes(
  { server, buildSend }: OtpServer,
  sink: CodeSink,
  { phoneNumbers, connections }: Recipients,
): Promise<{ readonly load: LoadResult; readonly codes: readonly string[] }> {
  const calls = phoneNumbers.map(buildSend);
  const load = await driveLoad(server, { calls, connections, expectedStatus: 200 });
  return { load, codes: await sink.takeCodes(phoneNumbers) };
}

/** Verifies the correct code of every number. */
export async function verifyCodes(
  { server, buildVerify }: OtpServer,
  codes: readonly string[],
  { phoneNumbers, connections }: Recipients,
): Promise<LoadResult> {
  const calls = phoneNumbers.map((number, index) => buildVerify(number, codes[index] ?? ''));
  return driveLoad(server, { calls, connections, expectedStatus: 200 });
}

/** Sends codes to new numbers. The returned function verifies them, and is what is measured. */
export async function prepareVerifies(
  { phoneNumbers, sink }: Pick<Bench, 'phoneNumbers' | 'sink'>,
  server: OtpServer,
  { count, connections }: { readonly count: number; readonly connections: number },
): Promise<() => Promise<LoadResult>> {
  const recipients = { phoneNumbers: phoneNumbers.draw(count), connections };
  const { codes } = await sendCodes(server, sink, recipients);
  return () => verifyCodes(server, codes, recipients);
}
