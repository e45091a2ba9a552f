import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import type { ServerKeeper } from './server-keeper.ts';

const SCRIPT = fileURLToPath(new URL('./code-sink-server.mjs', import.meta.url));

/** Starts the gateway that receives the codes of the measured servers. */
export async function startCodeSink(servers: ServerKeeper) {
  const { origin } = await servers.start({
    name: 'code sink',
    args: [SCRIPT],
    env: {},
    healthPath: '/',
  });

  /** The last code of every number that received one since the last call by anyone. */
  async function takeAll(): Promise<ReadonlyMap<string, string>> {
    const { body } = await request(origin);
    return new Map((await body.json()) as [string, string][]);
  }

  /** The code that each of these numbers received since the last call. @throws if one received none. */
  async function takeCodes(phoneNumbers: readonly string[]): Promise<readonly string[]> {
    const codes = await takeAll();
    return phoneNumbers.map((phoneNumber) => {
      const code = codes.get(phoneNumber);
      if (!code) throw new Error(`No code was delivered to ${phoneNumber}`);
      return code;
    });
  }

  return { url: `${origin}/`, takeAll, takeCodes };
}

export type CodeSink = Awaited<ReturnType<typeof startCodeSink>>;
