import { normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toConfig } from '../../config/config.ts';
import { readEnv, variableNames } from '../../config/env.ts';
import { readConfig } from '../../config/read-config.ts';

type Source = Readonly<Record<string, string>>;

const read = (source: Source, files: Source = {}) => readEnv(source, (path) => files[path] ?? '');

/** The message that a bad environment stops the process with. */
function complaintAbout(source: Source): string {
  try {
    read(source);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('The environment was accepted');
}

describe('the environment', () => {
  it('needs nothing: every variable has a default or may be missing', () => {
    expect(read({})).toMatchObject({ NODE_ENV: 'development', PORT: 3000, OTP_LENGTH: 6 });
  });

  it('takes an empty value for one that is not set', () => {
    const empty = Object.fromEntries(variableNames.map((name) => [name, '']));
    expect(read(empty)).toEqual(read({}));
  });

  it.each([
    ['PORT', '0', '65536', '1', '65535'],
    ['OTP_LENGTH', '5', '11', '6', '10'],
    ['OTP_TTL_SECONDS', '29', '601', '30', '600'],
    ['OTP_MAX_ATTEMPTS', '0', '6', '1', '5'],
    ['OTP_RESEND_SECONDS', '-1', '86401', '0', '86400'],
    ['OTP_HASH_MEMORY_KIB', '1023', '1048577', '1024', '1048576'],
    ['OTP_HASH_TIME_COST', '0', '17', '1', '16'],
    ['OTP_HASH_CONCURRENCY', '0', '65', '1', '64'],
    ['CHANNEL_TIMEOUT_SECONDS', '0', '61', '1', '60'],
    ['LIMIT_FAILURES_IN_A_ROW', '-1', '1000001', '0', '1000000'],
    ['OTP_RETENTION_DAYS', '0', '3651', '1', '3650'],
  ])('A09: keeps %s between its bounds', (name, tooLow, tooHigh, lowest, highest) => {
    expect(complaintAbout({ [name]: tooLow })).toContain(`${name}: must be at least ${lowest}`);
    expect(complaintAbout({ [name]: tooHigh })).toContain(`${name}: must be at most ${highest}`);
    for (const good of [lowest, highest]) expect(read({ [name]: good })).toBeTruthy();
  });

  it.each([
    ['PORT', '3000.5'],
    ['PORT', 'http'],
    ['PORT', '3000 # comment'],
    ['OTP_LENGTH', 'six'],
    ['OTP_TTL_SECONDS', '5m'],
    ['OTP_TTL_SECONDS', 'Infinity'],
    ['NODE_ENV', 'prod'],
    ['LOG_LEVEL', 'loud'],
    ['DATABASE_URL', 'mongodb://127.0.0.1/x'],
    ['DB_TYPE', 'oracle'],
    ['SECRET_KEY', 'short'],
    ['API_KEY', 'short'],
    ['OTP_CHANNELS', 'pigeon'],
    ['OTP_CHANNELS', ' , '],
    ['OTP_DEFAULT_SESSION', 'a b'],
    ['HTTP_CHANNEL_URL', 'ftp://gateway/'],
    ['HTTP_CHANNEL_URL', 'javascript:alert(1)'],
    ['DEFAULT_REGION', 'Indonesia'],
    ['DEFAULT_REGION', 'id'],
    ['ALLOWED_REGIONS', 'ID,Malaysia'],
    ['ALLOWED_REGIONS', '*,ID'],
    ['CRON_TIMEZONE', 'Jakarta'],
  ])('refuses %s=%s and says so', (name, value) => {
    expect(complaintAbout({ [name]: value })).toMatch(new RegExp(`^  ${name}(\\.\\d+)?: `, 'm'));
  });

  it('names every fault in one message, and never a value', () => {
    const message = complaintAbout({
      PORT: '0',
      SECRET_KEY: 'my-short-secret',
      OTP_CHANNELS: 'pigeon',
      CRON_TIMEZONE: 'Nowhere',
    });
    const named = [...message.matchAll(/^ {2}([A-Z_]+)/gm)].map(([, name]) => name);
    expect(named).toEqual(['PORT', 'SECRET_KEY', 'OTP_CHANNELS', 'CRON_TIMEZONE']);
    expect(message).not.toContain('my-short-secret');
  });

  it('wants an address for the http channel', () => {
    expect(complaintAbout({ OTP_CHANNELS: 'http' })).toContain('HTTP_CHANNEL_URL: is required');
  });

  it('reads lists with blanks around their commas', () => {
    const env = read({ TRUSTED_PROXIES: ' 10.0.0.0/8 , loopback,', ALLOWED_REGIONS: 'ID, MY' });
    expect(env.TRUSTED_PROXIES).toEqual(['10.0.0.0/8', 'loopback']);
    expect(env.ALLOWED_REGIONS).toEqual(['ID', 'MY']);
  });

  it('refuses proxies that are no addresses, before the process serves anybody', () => {
    expect(complaintAbout({ TRUSTED_PROXIES: 'my-proxy' })).toContain('  TRUSTED_PROXIES: ');
  });
});

describe('a variable that names a file', () => {
  it('stands for the text of the file, without the line break at its end', () => {
    const env = read({ API_KEY_FILE: '/run/key' }, { '/run/key': 'a-key-of-16-bytes\n' });
    expect(env.API_KEY).toBe('a-key-of-16-bytes');
  });

  it('is refused beside the variable itself', () => {
    const both = { API_KEY: 'a-key-of-16-bytes', API_KEY_FILE: '/run/key' };
    expect(complaintAbout(both)).toContain('API_KEY: set it or API_KEY_FILE, not both');
  });

  it('does not clash with a variable that is empty', () => {
    const files = { '/run/key': 'a-key-of-16-bytes' };
    expect(read({ API_KEY: '', API_KEY_FILE: '/run/key' }, files).API_KEY).toBe(files['/run/key']);
  });
});

describe('production', () => {
  const good = {
    NODE_ENV: 'production',
    SECRET_KEY: 's'.repeat(32),
    API_KEY: 'k'.repeat(16),
    OTP_CHANNELS: 'http',
    HTTP_CHANNEL_URL: 'https://gateway.example/sms',
  };

  it('starts with two secrets and a channel that prints nothing', () => {
    expect(read(good).NODE_ENV).toBe('production');
  });

  it.each([
    ['SECRET_KEY', ''],
    ['API_KEY', ''],
    ['OTP_CHANNELS', 'http,console'],
  ])('is refused with %s=%s', (name, value) => {
    expect(complaintAbout({ ...good, [name]: value })).toContain(`  ${name}: `);
  });
});

describe('the database', () => {
  const databaseOf = (source: Source) => toConfig(read(source)).database;

  it.each([
    ['sqlite:./a.db', 'a.db'],
    ['sqlite:///srv/a.db', '/srv/a.db'],
    ['sqlite:/srv/a.db', '/srv/a.db'],
  ])('of %s is the file %s', (url, storage) => {
    const database = databaseOf({ DATABASE_URL: url });
    expect(database.dialect === 'sqlite' && normalize(database.storage)).toBe(storage);
  });

  it.each([
    ['mysql://u:p%40ss@db:3307/shop', 'mysql', 3307],
    ['mariadb://u:p%40ss@db/shop', 'mysql', 3306],
    ['postgres://u:p%40ss@db/shop', 'postgres', 5432],
    ['postgresql://u:p%40ss@db:6432/shop', 'postgres', 6432],
  ])('of %s is read whole', (url, dialect, port) => {
    const rest = { host: 'db', username: 'u', password: 'p@ss', database: 'shop', poolMax: 10 };
    expect(databaseOf({ DATABASE_URL: url })).toEqual({ dialect, port, ...rest });
  });

  it('of DB_TYPE is read from its own variables', () => {
    const env = { DB_TYPE: 'postgres', DB_POSTGRES_HOST: 'pg', DB_MYSQL_HOST: 'my' };
    expect(databaseOf(env)).toMatchObject({ dialect: 'postgres', host: 'pg', port: 5432 });
    expect(databaseOf({ ...env, DATABASE_URL: 'sqlite:x.db' }).dialect).toBe('sqlite');
  });

  it('is refused by name when its address cannot be read', () => {
    const secrets = { SECRET_KEY: 's'.repeat(32), API_KEY: 'k'.repeat(16) };
    const source = { ...secrets, DATABASE_URL: 'mysql://u:hidden@db:port/x' };
    expect(() => readConfig(source)).toThrow(/^The environment is not usable:\n {2}DATABASE_URL: /);
    expect(() => readConfig(source)).not.toThrow(/hidden/);
  });
});
