import { describe, expect, it } from 'vitest';
import { createGuardedClient } from '../../../src/lib/guarded-http/guarded-client.ts';
import { UrlRefusedError } from '../../../src/lib/guarded-http/target-url.ts';

const checkOf = (allowedNetworks: readonly string[] = []) =>
  createGuardedClient({ allowedNetworks }).checkUrl;

describe('a URL on the internet', () => {
  it.each([
    ['https://example.com', 'https://example.com/'],
    [' https://Example.COM:443/Hooks?a=B ', 'https://example.com/Hooks?a=B'],
    ['https://example.com./hooks', 'https://example.com/hooks'],
    ['https://exámple.com/é', 'https://xn--exmple-qta.com/%C3%A9'],
    ['https://example.com/a/../b', 'https://example.com/b'],
    ['https://hooks_1.example.com/', 'https://hooks_1.example.com/'],
    ['https://example.com:8443/', 'https://example.com:8443/'],
    ['https://example.com:3000/', 'https://example.com:3000/'],
    ['https://example.com:65535/', 'https://example.com:65535/'],
    ['https://8.8.8.8/', 'https://8.8.8.8/'],
    ['https://0x08080808/', 'https://8.8.8.8/'],
    ['https://[2606:4700:4700:0::1111]/', 'https://[2606:4700:4700::1111]/'],
    ['https://[::ffff:8.8.8.8]/', 'https://[::ffff:808:808]/'],
    ['https://192.0.1.1/', 'https://192.0.1.1/'],
    ['https://172.32.0.1/', 'https://172.32.0.1/'],
    ['https://internal.example.com/', 'https://internal.example.com/'],
    ['https://localhost.example.com/', 'https://localhost.example.com/'],
    ['https://example.com/?a=%23', 'https://example.com/?a=%23'],
    ['https://example.com/user@host', 'https://example.com/user@host'],
  ])('%j is accepted as %s', (text, url) => {
    expect(checkOf()(text)).toBe(url);
    expect(checkOf()(url)).toBe(url);
  });

  it.each([
    ...[
      '9.255.255.255',
      '11.0.0.0',
      '100.63.255.255',
      '100.128.0.0',
      '126.255.255.255',
      '128.0.0.0',
    ],
    ...['169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '192.167.255.255'],
    ...['192.169.0.0', '198.17.255.255', '198.20.0.0', '203.0.112.255', '203.0.114.0'],
    ...['223.255.255.255', '[2001:200::1]', '[2001:db7:ffff::1]', '[2001:db9::1]', '[2003::1]'],
    ...['[2606:4700::1]', '[3ffe::1]', '[3fff:1000::1]'],
  ])('may have the address %s, beside a network that is not public', (address) => {
    expect(checkOf()(`https://${address}/`)).toBe(`https://${address}/`);
  });

  it('may have 2048 characters', () => {
    const url = `https://example.com/${'a'.repeat(2048 - 'https://example.com/'.length)}`;
    expect(checkOf()(url)).toBe(url);
    expect(() => checkOf()(`${url}a`)).toThrow(UrlRefusedError);
  });
});

describe('with allowed networks', () => {
  it.each([
    [['10.0.0.0/8'], 'http://10.1.2.3/'],
    [['10.0.0.0/8'], 'http://10.1.2.3:8080/'],
    [['10.0.0.0/8'], 'https://10.1.2.3:80/'],
    [['10.0.0.0/8'], 'https://10.1.2.3/'],
    [['10.0.0.0/8'], 'http://[::ffff:a01:203]/'],
    [['fd00::/8'], 'http://[fd00::1]:3000/'],
    [['127.0.0.1'], 'http://127.0.0.1:3000/'],
    [['127.0.0.1'], 'http://localhost:3000/'],
    [['::1'], 'http://app.localhost:3000/'],
    [['10.0.0.0/8'], 'http://db.internal/'],
    [['10.0.0.0/8'], 'http://app:3000/'],
    // Whether its addresses are allowed is only known when it is called.
    [['10.0.0.0/8'], 'http://hooks.example.com/'],
    [['8.8.8.8'], 'http://8.8.8.8/'],
    [['64:ff9b::/96'], 'https://[64:ff9b::808:808]/'],
    [['64:ff9b::/96', '10.0.0.0/8'], 'http://[64:ff9b::a00:1]/'],
  ])('%j, %s is accepted', (networks, url) => {
    expect(checkOf(networks)(url)).toBe(url);
  });

  it.each([
    [['10.0.0.0/8'], 'http://11.0.0.1/'],
    [['10.0.0.0/8'], 'https://192.168.0.1/'],
    [['10.0.0.0/8'], 'http://8.8.8.8/'],
    [['10.0.0.0/8'], 'https://8.8.8.8:80/'],
    [['10.0.0.0/8'], 'https://localhost:3000/'],
    [['10.0.0.0/8'], 'https://127.0.0.1/'],
    [['127.0.0.1'], 'http://127.0.0.2:3000/'],
    [['::1'], 'http://[::2]:3000/'],
    [['::1'], 'http://[0:0:ffff::1]:3000/'],
    [['fd00::/8'], 'http://[fc00::1]/'],
    // Gateways that lead to IPv4 are judged by where they lead.
    [['64:ff9b::/96'], 'https://[64:ff9b::7f00:1]/'],
    [['64:ff9b::/96'], 'https://[64:ff9b::a9fe:a9fe]/'],
    [['64:ff9b::/96'], 'http://[64:ff9b::808:808]/'],
    [['127.0.0.0/8'], 'https://[64:ff9b::7f00:1]/'],
    // Not even there.
    [['0.0.0.0/0', '::/0'], 'http://metadata.google.internal/'],
    [['10.0.0.0/8'], 'http://user@10.0.0.1/'],
    [['10.0.0.0/8'], 'http://10.0.0.1/#a'],
    [['10.0.0.0/8'], 'ftp://10.0.0.1/'],
    [['10.0.0.0/8'], 'http://10.0.0.1:22/'],
    [['10.0.0.0/8'], 'http://10.0.0.1:6379/'],
    [['10.0.0.0/8'], 'http://10.0.0.1:443x/'],
  ])('%j, %s is refused', (networks, url) => {
    expect(() => checkOf(networks)(url)).toThrow(UrlRefusedError);
  });

  it.each([
    ...['', ' ', '10.0.0.0/33', '10.0.0/8', '010.0.0.0/8', '10.0.0.0/-1', 'localhost', '*'],
    ...['fd00::/129', 'fe80::1%lo', '::1/a', '10.0.0.0/8,192.168.0.0/16'],
  ])('%j is no network', (network) => {
    expect(() => createGuardedClient({ allowedNetworks: [network] })).toThrow(RangeError);
  });
});
