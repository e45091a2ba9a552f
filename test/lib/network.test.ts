import { describe, expect, it } from 'vitest';
import { readNetwork, toNetworkMatcher } from '../../src/lib/network.ts';

describe('reading a network', () => {
  it.each([
    ['192.0.2.0/24', '192.0.2.0/24'],
    ['192.0.2.77/24', '192.0.2.0/24'],
    ['192.0.2.7', '192.0.2.7/32'],
    ['10.0.0.0/08', '10.0.0.0/8'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8:0:0::/48', '2001:db8::/48'],
    ['2001:db8:1:2:3:4:5:6/64', '2001:db8:1:2::/64'],
    ['::/0', '::/0'],
  ])('gives %s its one spelling', (text, network) => {
    expect(readNetwork(text)).toEqual({ network });
  });

  it.each([
    '',
    '/',
    'localhost',
    '192.0.2.0/33',
    '192.0.2.0/-1',
    '192.0.2.0/',
    '192.0.2.0/24/8',
    '192.0.2.0/255.255.255.0',
    '192.0.2',
    '010.0.0.1',
    '0x7f.0.0.1',
    '2130706433',
    ' 192.0.2.7',
    '192.0.2.7\n',
    '2001:db8::/129',
    '2001:db8::%eth0/64',
    'fe80::1%eth0',
    '2001:db8:::/32',
    '*',
  ])('refuses what is none: %j', (text) => {
    expect(readNetwork(text)).toEqual({ fault: expect.stringContaining('must be a network') });
  });

  it.each([
    '2001:db8::/65',
    '2001:db8::1',
    '2001:db8::1/128',
    '::ffff:192.0.2.7',
    '::ffff:c000:207',
  ])('refuses %s, because IPv6 clients are known by their /64, and says so', (text) => {
    expect(readNetwork(text)).toEqual({ fault: expect.stringContaining('/64') });
  });
});

describe('networks', () => {
  it.each([
    ['an address of one of them', '198.51.100.9', true],
    ['the first and the last address', '192.0.2.255', true],
    ['an address next to them', '192.0.3.0', false],
    ['a single address', '203.0.113.7', true],
    ['its neighbour', '203.0.113.8', false],
    ['a customer of an IPv6 network', '2001:db8:0:7::/64', true],
    ['a customer of another', '2001:db9::/64', false],
    ['a network within', '192.0.2.128/25', true],
    ['the same network', '192.0.2.0/24', true],
    ['a network around', '192.0.0.0/16', false],
    ['all of IPv4', '0.0.0.0/0', false],
    ['all of IPv6', '::/0', false],
  ])('cover %s: %s is %s', (_, inner, expected) => {
    const covers = toNetworkMatcher([
      '192.0.2.0/24',
      '198.51.100.0/24',
      '203.0.113.7/32',
      '2001:db8::/48',
    ]);
    expect(covers(inner)).toBe(expected);
  });

  it('of all IPv4 cover no IPv6, and the other way round', () => {
    expect(toNetworkMatcher(['0.0.0.0/0'])('2001:db8::/64')).toBe(false);
    expect(toNetworkMatcher(['::/0'])('192.0.2.7')).toBe(false);
  });

  it('cover nothing when there are none', () => {
    expect(toNetworkMatcher([])('192.0.2.7')).toBe(false);
  });
});
