import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSecretKey } from '../../../../src/lib/crypto/secrets.ts';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { claimsOf, forge, headerOf } from '../../../support/forged-token.ts';
import { createHarness, type Harness, SECRET_KEY } from '../../../support/http/harness.ts';
import {
  bearer,
  createPeopleCalls,
  expectAbout,
  NO_LOGIN_LIMITS,
  type Pair,
  type PeopleCalls,
} from '../../../support/http/users.ts';

const HOUR = 3600;
const OTHER_KEY = 'another-secret-0123456789abcdef012345';
const JWK = {
  kty: 'oct',
  k: createSecretKey(SECRET_KEY).derive('access-token').toString('base64url'),
};

type Times = { readonly iat: number; readonly exp: number };

/** What is wrong, and the token that is made of a good one. */
const forgeries: [what: string, make: (token: string, times: Times) => string][] = [
  ['alg none, unsigned', (token) => forge(token, { header: { alg: 'none' }, signature: '' })],
  ['alg none, signed', (token) => forge(token, { header: { alg: 'none' } })],
  ['alg NoNe', (token) => forge(token, { header: { alg: 'NoNe' }, signature: '' })],
  ['alg RS256 with the HS256 key', (token) => forge(token, { header: { alg: 'RS256' } })],
  ['alg HS384', (token) => forge(token, { header: { alg: 'HS384' }, hash: 'sha384' })],
  ['alg HS512', (token) => forge(token, { header: { alg: 'HS512' }, hash: 'sha512' })],
  ['no alg', (token) => forge(token, { header: { alg: undefined } })],
  ['no exp', (token) => forge(token, { payload: { exp: undefined } })],
  ['exp "never"', (token) => forge(token, { payload: { exp: 'never' } })],
  ['exp as text', (token, { exp }) => forge(token, { payload: { exp: String(exp) } })],
  [
    'exp 1e400',
    (token) => forge(token, { rawPayload: (json) => json.replace(/"exp":\d+/, '"exp":1e400') }),
  ],
  ['exp with a fraction', (token, { exp }) => forge(token, { payload: { exp: exp - 0.5 } })],
  [
    'exp in the past',
    (token, { iat }) => forge(token, { payload: { iat: iat - 60, exp: iat - 1 } }),
  ],
  ['nbf in an hour', (token, { iat }) => forge(token, { payload: { nbf: iat + HOUR } })],
  ['nbf with a fraction', (token, { iat }) => forge(token, { payload: { nbf: iat - 0.5 } })],
  ['no iat', (token) => forge(token, { payload: { iat: undefined } })],
  [
    'iat in an hour',
    (token, { iat, exp }) => forge(token, { payload: { iat: iat + HOUR, exp: exp + HOUR } }),
  ],
  ['16 minutes of life', (token, { iat }) => forge(token, { payload: { exp: iat + 16 * 60 } })],
  ['another aud', (token) => forge(token, { payload: { aud: 'other' } })],
  ['no aud', (token) => forge(token, { payload: { aud: undefined } })],
  ['another iss', (token) => forge(token, { payload: { iss: 'other' } })],
  ['no iss', (token) => forge(token, { payload: { iss: undefined } })],
  ['another typ', (token) => forge(token, { header: { typ: 'JWT' } })],
  ['no typ', (token) => forge(token, { header: { typ: undefined } })],
  ['an unknown kid', (token) => forge(token, { header: { kid: 'ffffffff' } })],
  ['a kid that is a list', (token) => forge(token, { header: { kid: [headerOf(token)['kid']] } })],
  ['no kid', (token) => forge(token, { header: { kid: undefined } })],
  ['a jwk header', (token) => forge(token, { header: { jwk: JWK } })],
  ['a jku header', (token) => forge(token, { header: { jku: 'https://example.com/keys' } })],
  ['an x5u header', (token) => forge(token, { header: { x5u: 'https://example.com/chain' } })],
  ['a crit header', (token) => forge(token, { header: { crit: ['exp'] } })],
  ['another secret key', (token) => forge(token, { secret: OTHER_KEY })],
  ['a key of ours for something else', (token) => forge(token, { label: 'refresh-token' })],
  ['no sub', (token) => forge(token, { payload: { sub: undefined } })],
  ['the sub of somebody else', (token) => forge(token, { payload: { sub: '999999' } })],
  ['no jti', (token) => forge(token, { payload: { jti: undefined } })],
  [
    'the jti of another login',
    (token) => forge(token, { payload: { jti: `${'a'.repeat(32)}.0` } }),
  ],
  ['no sid', (token) => forge(token, { payload: { sid: undefined } })],
  [
    'a login that was never there',
    (token) => forge(token, { payload: { sid: 'a'.repeat(32), jti: `${'a'.repeat(32)}.0` } }),
  ],
  ['a payload that is no object', (token) => forge(token, { rawPayload: () => '[]' })],
  ['a payload that is no JSON', (token) => forge(token, { rawPayload: () => 'sub' })],
  ['no signature', (token) => `${token.split('.').slice(0, 2).join('.')}.`],
  ['two parts', (token) => token.split('.').slice(0, 2).join('.')],
  ['a part too many', (token) => `${token}.${token.split('.')[2]}`],
  [
    'the last character changed',
    (token) => token.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A')),
  ],
];

onOneDatabase('an access token on %s', (dialect) => {
  let h: Harness;
  let people: PeopleCalls;
  let pair: Pair;
  beforeAll(async () => {
    h = await createHarness({ dialect, env: NO_LOGIN_LIMITS });
    people = createPeopleCalls(h);
    const { email } = await people.makePerson();
    pair = await people.enter(email);
  });
  afterAll(() => h.close());

  it('A35: opens what its person may do, and so does one that is made like it', async () => {
    expect((await people.me(pair.accessToken)).status).toBe(200);
    const [header, payload] = [headerOf(pair.accessToken), claimsOf(pair.accessToken)];
    expect(header).toEqual({
      alg: 'HS256',
      typ: 'at+jwt',
      kid: expect.stringMatching(/^[0-9a-f]{8}$/),
    });
    expect(Object.keys(payload).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'jti', 'sid', 'sub']);
    expect(payload).toMatchObject({ aud: 'waverify', iss: 'waverify', sub: String(pair.user.id) });
    expect(payload.exp - payload.iat).toBe(900);
    expect((await people.me(forge(pair.accessToken))).status).toBe(200);
  });

  it.each(forgeries)('A35: is refused with %s', async (_, make) => {
    const token = make(pair.accessToken, claimsOf(pair.accessToken));
    for (const path of ['/api/auth/me', '/api/sessions', '/api/openapi.json']) {
      const { status, body } = await people.get(path, token);
      expect([path, status, body.code]).toEqual([path, 401, 'unauthorized']);
    }
  });

  it.each([
    ['the Basic scheme', (token: string) => ({ authorization: `Basic ${token}` })],
    [
      'the Basic scheme as a password',
      (token: string) => ({
        authorization: `Basic ${Buffer.from(`ana:${token}`).toString('base64')}`,
      }),
    ],
    ['another scheme', (token: string) => ({ authorization: `Token ${token}` })],
    ['no scheme', (token: string) => ({ authorization: token })],
    ['the header of keys', (token: string) => ({ 'x-api-key': token })],
    ['a cookie', (token: string) => ({ cookie: `access_token=${token}` })],
  ])('A35: is refused when it is shown by %s', async (_, show) => {
    for (const path of ['/api/auth/me', '/api/sessions', '/api/openapi.json']) {
      const headers = show(pair.accessToken);
      const { status } = await h.client.call({ method: 'GET', path, headers });
      expect([path, status]).toEqual([path, 401]);
    }
  });

  it('A35: is over after 15 minutes of the clock that the service goes by', async () => {
    const { email } = await people.makePerson();
    const { accessToken, expiresIn } = await people.enter(email);
    expectAbout(expiresIn, 900);
    h.advance(880);
    expect((await people.me(accessToken)).status).toBe(200);
    h.advance(21);
    expect((await people.me(accessToken)).status).toBe(401);
  });

  it('is not a refresh token, nor the other way round', async () => {
    const { email } = await people.makePerson();
    const { accessToken, refreshToken } = await people.enter(email);
    expect((await people.refresh(accessToken)).status).toBe(401);
    expect((await people.me(refreshToken)).status).toBe(401);
    const me = await h.client.call({
      ...{ method: 'GET', path: '/api/auth/me', headers: bearer(accessToken) },
    });
    expect(me.status).toBe(200);
  });
});
