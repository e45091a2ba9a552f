import { startBuiltWaverify } from '../../bench/contenders/waverify.ts';
import { callJson } from '../../bench/support/call-json.ts';
import { type CodeSink, startCodeSink } from '../../bench/support/code-sink.ts';
import type { RunningServer, ServerKeeper } from '../../bench/support/server-keeper.ts';

/** Login servers, each with an account and a key: enough to stay within the budget of a key. */
const SHOPS = 8;

/** A port where nothing listens, so that no session of an attacker reaches WhatsApp. */
const NO_WHATSAPP = 'ws://127.0.0.1:9';

/** The settings that .env.example recommends for high volume. */
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
 * Starts the service as in production, with its default limits, and creates its customers: honest ones with
 * keys for their login servers, one of them with a leaked key, and a hostile one.
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
    shops.push(await createCustomer(server, headers, `shop${shop}`));
  }
  const hostile = await createCustomer(server, headers, 'hostile');
  const shopKeys = await Promise.all(shops.map((one) => one.createKey(['otp:send', 'otp:verify'])));
  return {
    server,
    sink,
    shopKeys,
    leakedKey: (await shops[0]?.createKey(['otp:send'])) ?? '',
    hostileKey: await hostile.createKey(['*']),
    knownEmails: shops.map(({ email }) => email),
  };
}

type Headers = Readonly<Record<string, string>>;
type Customer = Awaited<ReturnType<typeof createCustomer>>;

async function createCustomer(server: RunningServer, operator: Headers, accountId: string) {
  const email = `owner@${accountId}.example.com`;
  async function post(path: string, body: object, headers: Headers): Promise<Headers> {
    const answer = await callJson(`${server.origin}${path}`, { method: 'POST', headers, body });
    return (answer as { readonly data: Headers }).data;
  }
  const person = {
    email,
    name: accountId,
    password: PASSWORD,
    accountId,
    mustChangePassword: false,
  };
  await post('/api/users', person, operator);
  // Each from its own address, because logins per address are limited.
  const address = {
    'x-forwarded-for': `198.51.100.${Number.parseInt(accountId.slice(4), 10) || 99}`,
  };
  const { accessToken } = await post('/api/auth/login', { email, password: PASSWORD }, address);

  async function createKey(scopes: readonly string[]): Promise<string> {
    const headers = { authorization: `Bearer ${accessToken}` };
    const { secret } = await post('/api/keys', { name: 'attack', scopes }, headers);
    return secret ?? '';
  }

  return { email, createKey };
}
