import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGuardedClient } from '../../../src/lib/guarded-http/guarded-client.ts';
import { UrlRefusedError } from '../../../src/lib/guarded-http/target-url.ts';
import { startTarget, type Target } from '../../support/guarded-http/target.ts';

/** `PORT` is the port of the target. All of them lead to it where no one guards. */
const LOOPBACK = [
  'https://127.0.0.1:PORT/',
  'https://127.0.0.1.:PORT/',
  'https://127.1:PORT/',
  'https://127.0.1:PORT/',
  'https://127.255.255.254:PORT/',
  'https://2130706433:PORT/',
  'https://017700000001:PORT/',
  'https://0177.0.0.1:PORT/',
  'https://0177.0.0.0x1:PORT/',
  'https://00000177.1:PORT/',
  'https://0x7f000001:PORT/',
  'https://0x7F.1:PORT/',
  'https://0x7f.0x0.0x0.0x1:PORT/',
  'https://0:PORT/',
  'https://0.0.0.0:PORT/',
  'https://0x0:PORT/',
  'https://127。0。0。1:PORT/',
  'https://127．0．0．1:PORT/',
  'https://127｡0｡0｡1:PORT/',
  'https://１２７.０.０.１:PORT/',
  'https://①②⑦.⓪.⓪.①:PORT/',
  'https://%31%32%37.0.0.1:PORT/',
  'https://127%2e0%2E0.1:PORT/',
  'https://127.\t0.0\n.1:PORT/',
  '  https://127.0.0.1:PORT/',
  'HTTPS://127.0.0.1:PORT/',
  'https:\\\\127.0.0.1:PORT\\',
  'https:127.0.0.1:PORT',
  'https:/127.0.0.1:PORT',
  'https:////127.0.0.1:PORT',
  'https://[::1]:PORT/',
  'https://[0:0:0:0:0:0:0:1]:PORT/',
  'https://[0000::0001]:PORT/',
  'https://[::0.0.0.1]:PORT/',
  'https://[::]:PORT/',
  'https://[::ffff:127.0.0.1]:PORT/',
  'https://[::FFFF:7f00:1]:PORT/',
  'https://[0:0:0:0:0:ffff:127.0.0.1]:PORT/',
  'https://localhost:PORT/',
  'https://LocalHost.:PORT/',
  'https://ｌｏｃａｌｈｏｓｔ:PORT/',
  'https://%6cocalhost:PORT/',
];

/** Addresses of other private places, of this machine, or of none. */
const ELSEWHERE = [
  ...['10.0.0.1', '172.16.0.1', '172.31.255.254', '192.168.0.1', '100.64.0.1', '100.127.255.254'],
  ...['169.254.169.254', '169.254.170.2', '0xa9fea9fe', '2852039166', '100.100.100.200'],
  ...['168.63.129.16', '192.0.0.192', '192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.1'],
  ...['192.88.99.1', '224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255', '0.1.2.3'],
  ...[
    '[::7f00:1]',
    '[::127.0.0.1]',
    '[::ffff:0:127.0.0.1]',
    '[::ffff:10.0.0.1]',
    '[::ffff:a9fe:a9fe]',
  ],
  ...['[64:ff9b::127.0.0.1]', '[64:ff9b::a9fe:a9fe]', '[64:ff9b::8.8.8.8]', '[64:ff9b:1::7f00:1]'],
  ...['[2002:7f00:1::1]', '[2002:a00:1::]', '[2001:0:7f00:1::]', '[2001::1]', '[fd00:ec2::254]'],
  ...[
    '[fc00::1]',
    '[fd12:3456::1]',
    '[fe80::1]',
    '[febf::1]',
    '[fec0::1]',
    '[ff02::1]',
    '[ff0e::1]',
  ],
  ...['[100::1]', '[2001:2::1]', '[2001:10::1]', '[2001:20::1]', '[2001:db8::1]', '[3fff::1]'],
  ...['[5f00::1]', '[4000::1]', '[::2]', '[1::1]', '[e000::1]'],
  ...['app.localhost', 'localhost.localdomain', 'db.localdomain', 'db', 'redis', 'db.internal'],
  ...['metadata.google.internal', 'METADATA.GOOGLE.INTERNAL.', 'metadata', 'metadata.goog'],
  ...['instance-data', 'instance-data.ec2.internal', 'printer.local', 'nas.lan', 'wiki.corp'],
  ...[
    'router.home.arpa',
    'portal.intranet',
    'nas.home',
    'vault.private',
    'kubernetes.default.svc.cluster.local',
  ],
].map((host) => `https://${host}:PORT/`);

const NO_URLS = [
  ...['', ' ', 'example.com', '//127.0.0.1:PORT/', '/hooks', 'https://', 'https://:PORT/', 'http:'],
  ...['https://256.0.0.1/', 'https://127.0.0.1.5/', 'https://0x7g.1/', 'https://1.2.3.4.0x5/'],
  ...['https://[::1/', 'https://[fe80::1%25lo]/', 'https://[fe80::1%lo]/', 'https://[127.0.0.1]/'],
  ...[
    'https://example.com:99999/',
    'https://exa mple.com/',
    'https://exa<mple.com/',
    'https://%00/',
  ],
];

const OTHERS = [
  // Not HTTPS.
  ...[
    'http://127.0.0.1:PORT/',
    'http://example.com/',
    'http://[::1]:PORT/',
    'http://localhost:PORT/',
  ],
  ...[
    'ftp://127.0.0.1:PORT/',
    'ws://127.0.0.1:PORT/',
    'file:///etc/passwd',
    'gopher://127.0.0.1:PORT/_x',
  ],
  ...[
    'javascript:alert(1)',
    'data:text/plain,x',
    'blob:https://example.com/1',
    'unix:/run/docker.sock',
  ],
  // A user name or password, or what looks like one.
  ...[
    'https://user@127.0.0.1:PORT/',
    'https://user:password@example.com/',
    'https://:@127.0.0.1:PORT/',
  ],
  ...['https://127.0.0.1:PORT@example.com/', 'https://example.com@127.0.0.1:PORT/'],
  ...['https://example.com:443@127.0.0.1:PORT/', 'https://example.com%40127.0.0.1:PORT/'],
  ...['https://127.0.0.1:PORT\\@example.com/', 'https://example.com\\@127.0.0.1:PORT/#'],
  'https://127.0.0.1:PORT#@example.com/',
  ...['https://example.com/#', 'https://example.com/#fragment', 'https://example.com/?a=1#b'],
  // Ports of other services.
  ...[0, 1, 21, 22, 23, 25, 53, 80, 110, 143, 389, 445, 465, 587, 853, 993, 1023].map(toPort),
  ...[1433, 2049, 2375, 2379, 3306, 3389, 5060, 5432, 5672, 5900, 6000, 6379, 6667].map(toPort),
  ...[8500, 9042, 9092, 9200, 9300, 10250, 11211, 15672, 26379, 27017].map(toPort),
  // No names of hosts.
  ...['https://example..com/', 'https://.example.com/', 'https://example.com../', 'https://./'],
  ...['https://-a.example.com/', "https://a'b.example.com/", 'https://a;b.example.com/'],
  `https://${'a'.repeat(64)}.example.com/`,
  `https://${'a.'.repeat(124)}example.com/`,
  // Too long, also once it is encoded.
  `https://example.com/${'a'.repeat(2048)}`,
  `https://example.com/${'é'.repeat(700)}`,
];

function toPort(port: number): string {
  return `https://example.com:${port}/`;
}

describe('a URL that leads into our network', () => {
  let target: Target;
  const resolved: string[] = [];
  const guarded = createGuardedClient({
    allowedNetworks: [],
    resolve: async (hostname) => {
      resolved.push(hostname);
      return ['127.0.0.1'];
    },
  });
  const open = createGuardedClient({ allowedNetworks: ['127.0.0.0/8', '0.0.0.0/32', '::/127'] });
  const urlOf = (text: string) => text.replace('PORT', String(target.port));
  const post = (client: typeof open, url: string) =>
    client.post({ url, headers: {}, body: '{}', timeoutMs: 5000 });

  beforeAll(async () => {
    target = await startTarget();
  });
  afterAll(async () => {
    await Promise.all([guarded.close(), open.close(), target.close()]);
  });

  it.each([...LOOPBACK, ...ELSEWHERE, ...NO_URLS, ...OTHERS])(
    '%.80j is refused at once',
    async (text) => {
      const before = target.connections();
      expect(() => guarded.checkUrl(urlOf(text))).toThrow(UrlRefusedError);
      expect(await post(guarded, urlOf(text))).toEqual({
        kind: 'refused',
        message: expect.any(String),
      });
      expect(target.connections()).toBe(before);
      expect(resolved).toEqual([]);
    },
  );

  it.each(LOOPBACK)('%j reaches the target if the operator allows it', async (text) => {
    const before = target.connections();
    // The target speaks no TLS: this shows only that the URL leads there.
    expect(await post(open, urlOf(text))).toMatchObject({ kind: 'failed', code: 'tls' });
    expect(target.connections()).toBe(before + 1);
  });

  it('says what is wrong, for programs and for people', () => {
    const faultOf = (text: string) => {
      try {
        return guarded.checkUrl(text);
      } catch (error) {
        return error instanceof UrlRefusedError ? [error.code, error.message] : error;
      }
    };
    const long = `https://example.com/${'a'.repeat(2048)}`;
    expect(faultOf(long)).toEqual(['too_long', expect.stringContaining('2048')]);
    expect(faultOf('example.com')).toEqual(['invalid_format', expect.stringContaining('https://')]);
    expect(faultOf('http://example.com')).toEqual([
      'invalid_value',
      expect.stringContaining('https://'),
    ]);
    expect(faultOf('https://example.com:6379')).toEqual([
      'invalid_value',
      expect.stringContaining('6379'),
    ]);
  });
});
