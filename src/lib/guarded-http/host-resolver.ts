import { lookup, Resolver } from 'node:dns/promises';

/** All addresses of a host. Fails if there is none, and as soon as possible when the signal is aborted. */
export type HostResolver = (hostname: string, signal: AbortSignal) => Promise<readonly string[]>;

type HostResolverOptions = {
  /** Whether names that DNS does not know are looked up as programs do: in the hosts file, with search domains. */
  readonly knowsLocalNames: boolean;
  /** Instead of those of the system, such as `127.0.0.1:53`. */
  readonly servers?: readonly string[];
};

const QUERY_TIMEOUT_MS = 3000;
const TRIES = 2;

/**
 * Creates a resolver that asks DNS servers directly. The lookup of the system occupies a thread for as long as a name
 * server takes. Two slow ones, which a customer can have, would stop all lookups of this process.
 */
export function createHostResolver({
  knowsLocalNames,
  servers,
}: HostResolverOptions): HostResolver {
  async function askServers(hostname: string, signal: AbortSignal): Promise<readonly string[]> {
    const resolver = new Resolver({ timeout: QUERY_TIMEOUT_MS, tries: TRIES });
    if (servers) resolver.setServers(servers);
    const cancel = () => resolver.cancel();
    signal.addEventListener('abort', cancel);
    const answers = await Promise.allSettled([
      resolver.resolve4(hostname),
      resolver.resolve6(hostname),
    ]).finally(() => signal.removeEventListener('abort', cancel));
    const addresses = answers.flatMap((answer) =>
      answer.status === 'fulfilled' ? answer.value : [],
    );
    const [ipv4] = answers;
    if (addresses.length === 0 && ipv4.status === 'rejected') throw ipv4.reason;
    return addresses;
  }

  return async (hostname, signal) => {
    try {
      return await askServers(hostname, signal);
    } catch (error) {
      if (!knowsLocalNames || signal.aborted || isTimeout(error)) throw error;
      const found = await lookup(hostname, { all: true });
      return found.map(({ address }) => address);
    }
  };
}

/** The lookup of the system would wait for the same servers. */
function isTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ETIMEOUT';
}
