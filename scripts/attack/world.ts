import { startBuiltWaverify } from '../../bench/contenders/waverify.ts';
import { callJson } from '../../bench/support/call-json.ts';
import { type CodeSink, startCodeSink } from '../../bench/support/code-sink.ts';
import type { RunningServer, ServerKeeper } from '../../bench/support/server-keeper.ts';

/** So many login servers, each with an account and a key, keep within the budgets of a key. */
const SHOPS = 8;

/** Nothing listens there: no session of an attacker reaches WhatsApp itself. */
const NO_WHATSAPP = 'ws://127.0.0.1:9';

/** What .env.example names for high volume. */
const LIGHT_HASH = { OTP_HASH_MEMORY_KIB: '1024', OTP_HASH_TIME_COST: '1' };

const PASSWORD = 'correct horse battery staple';

export type World = {
  readonly server: RunningServer;
  readonly sink: CodeSink;
  readonly shopKeys: readonly string[];
  readonly leakedKey: string;
  readonly hostileKey: string;
  readonly knownEmails: readonly string[];
};

/**
 * Starts the service as in production, with its default limits, and makes its customers: honest
 * ones with a key for their login servers, one key of theirs that has leaked, and a hostile one.
 */
export async function startWorld(
  servers: ServerKeeper,
  { url, isHashLight }: { readonly url: string; readonly isHashLight: boolean },
): Promise<World> {
  const sink = await startCodeSink(servers);
  const { server, headers } = await startBuiltWaverify(
    { servers, sink },
    {
      NODE_ENV: 'production',
      DATABASE_URL: url,
      TRUSTED_PROXIES: 'loopback',
      WHATSAPP_SOCKET_URL: NO_WHATSAPP,
      ...(isHashLight && LIGHT_HASH),
    },
  );
  const shops: Customer[] = [];
  for (let shop = 0; shop < SHOPS; shop += 1) {
    shops.push(await makeCustomer(server, headers, `shop${shop}`));
  }
  const hostile = await makeCustomer(server, headers, 'hostile');
  const shopKeys = await Promise.all(shops.map((one) => one.makeKey(['otp:send', 'otp:verify'])));
  return {
    server,
    sink,
    shopKeys,
    leakedKey: (await shops[0]?.makeKey(['otp:send'])) ?? '',
    hostileKey: await hostile.makeKey(['*']),
    knownEmails: shops.map(({ email }) => email),
  };
}

type Headers = Readonly<Record<string, string>>;
type Customer = Awaited<ReturnType<typeof makeCustomer>>;

async function makeCustomer(server: RunningServer, operator: Headers, accountId: string) {
  const email = `owner@${accountId}.example.com`;
  async function post(path: string, body: object, headers: Headers): Promise<Headers> {
    const answer = await callJson(`${server.origin}${path}`, { method: 'POST', headers, body });
    return (answer as { readonly data: Headers }).data;
  }
  const person = { email, name: accountId, password: PASSWORD, accountId };
  await post('/api/users', person, operator);
  // Each from an address of its own: the logins of one address are limited.
  const address = {
    'x-forwarded-for': `198.51.100.${Number.parseInt(accountId.slice(4), 10) || 99}`,
  };
  const { accessToken } = await post('/api/auth/login', { email, password: PASSWORD }, address);

  async function makeKey(scopes: readonly string[]): Promise<string> {
    const headers = { authorization: `Bearer ${accessToken}` };
    const { secret } = await post('/api/keys', { name: 'attack', scopes }, headers);
    return secret ?? '';
  }

  return { email, makeKey };
}
