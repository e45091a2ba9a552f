import { randomBytes } from 'node:crypto';
import { normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toConfig } from '../../config/config.ts';
import { readEnv, variableNames } from '../../config/env.ts';
import { readConfig } from '../../config/read-config.ts';
import { describeUnknown } from '../../config/unknown-variables.ts';

type Source = Readonly<Record<string, string>>;

const read = (source: Source, files: Source = {}) =>
  readEnv(source, (path) => {
    if (path === '/run/none') throw new Error('no such file');
    return files[path] ?? '';
  });

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
  it.each([
    [1, 12],
    [3, 12],
    [4, 8],
    [5, 6],
    [8, 5],
  ])('reaches the last of %d channels within half a minute: %d s for each', (count, seconds) => {
    const env = read({});
    const channels = Array.from({ length: count }, () => env.channels).flatMap(
      ([one]) => one ?? [],
    );
    expect(toConfig({ ...env, channels }).delivery.waitSeconds).toBe(seconds);
    const given = toConfig({ ...read({ DELIVERY_WAIT_SECONDS: '60' }), channels });
    expect(given.delivery.waitSeconds).toBe(60);
  });

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
    ['WHATSAPP_CLOUD_PHONE_NUMBER_ID', '+6281234567890'],
    ['WHATSAPP_CLOUD_TEMPLATE', 'Login code'],
    ['WHATSAPP_CLOUD_LANGUAGE', 'indonesian'],
    ['WHATSAPP_CLOUD_DEFAULT_LANGUAGE', 'pt-BR'],
    ['WHATSAPP_CLOUD_NUMBER', '15550783881'],
    ['WHATSAPP_CLOUD_API_URL', 'graph.facebook.com'],
    ['WHATSAPP_CLOUD_API_VERSION', '26'],
    ['TELEGRAM_SENDER_USERNAME', '@contoh'],
    ['TELEGRAM_API_URL', 'https://gatewayapi.telegram.org/?x=1'],
    ['DEFAULT_REGION', 'Indonesia'],
    ['DEFAULT_REGION', 'id'],
    ['ALLOWED_REGIONS', 'ID,Malaysia'],
    ['ALLOWED_REGIONS', '*,ID'],
    ['CRON_TIMEZONE', 'Jakarta'],
    ['DEFAULT_REGION', 'XX'],
    ['ALLOWED_REGIONS', 'ID,ZZ'],
    ['CORS_ORIGINS', 'foo.com'],
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'https://app.example.com,ftp://x'],
    ['CORS_ORIGINS', 'https://app.example.com/path'],
    ['DEMO', 'yes'],
    ['DB_SSL', 'prefer'],
    ['REDIS_URL', 'http://127.0.0.1:6379'],
    ['PORT', '0x10'],
    ['OTP_LENGTH', '1e1'],
  ])('refuses %s=%s and says so', (name, value) => {
    const lines = complaintAbout({ [name]: value }).split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(new RegExp(`^  ${name}: `));
  });

  it('names the item of a list that is wrong, and not where it stands', () => {
    expect(complaintAbout({ OTP_CHANNELS: 'whatsapp,sms,pigeon' }).split('\n').slice(1)).toEqual([
      expect.stringContaining('OTP_CHANNELS: "sms"'),
      expect.stringContaining('OTP_CHANNELS: "pigeon"'),
    ]);
  });

  it('takes what is right, in the spellings that people use', () => {
    const env = read({ CORS_ORIGINS: 'https://App.example.com/, http://localhost:5173' });
    expect(env.CORS_ORIGINS).toEqual(['https://app.example.com', 'http://localhost:5173']);
    expect(read({ DB_TYPE: 'mariadb' }).DB_TYPE).toBe('mysql');
    expect(read({ DB_TYPE: 'postgresql' }).DB_TYPE).toBe('postgres');
  });

  it('names faults of every kind in one message', () => {
    const message = complaintAbout({
      ...{ NODE_ENV: 'production', PORT: 'x', SECRET_KEY: 'my-short-secret', API_KEY: 'abc' },
      ...{ OTP_CHANNELS: 'whatsapp,console', LIMIT_FAILURES_IN_A_ROW: '0', DB_SSL: 'require' },
      ...{ DATABASE_URL: 'postgres://u:hidden%ZZ@db/x', HTTP_CHANNEL_TOKEN_FILE: '/run/none' },
      ...{ JWT_EXPIRES_IN: '2h', JWT_REFRESH_EXPIRES_IN: '1h', OTP_CHANEL: 'http' },
    });
    const named = [...message.matchAll(/^ {2}([A-Z_]+): /gm)].map(([, name]) => name);
    expect(named).toEqual([
      ...['PORT', 'DATABASE_URL', 'SECRET_KEY', 'API_KEY', 'JWT_REFRESH_EXPIRES_IN'],
      ...['OTP_CHANNELS', 'HTTP_CHANNEL_TOKEN_FILE', 'LIMIT_FAILURES_IN_A_ROW', 'OTP_CHANEL'],
    ]);
    expect(message).not.toMatch(/hidden|my-short|abc/);
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

  it('wants a secret and an address to read what people write to a business number', () => {
    const number = { WHATSAPP_CLOUD_NUMBER: '+15550783881' };
    const complaint = complaintAbout({ OTP_CHANNELS: 'whatsapp_cloud', ...number });
    expect(complaint).toContain('  PUBLIC_URL: ');
    expect(complaint).toContain('  WHATSAPP_CLOUD_NUMBER: ');
    expect(complaintAbout({ OTP_CHANNELS: 'http', ...number })).not.toContain('PUBLIC_URL');
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
    SECRET_KEY: 'a4c1f09e7b3d58266fe0917cd2b4835a',
    API_KEY: 'wv_Zk3Rq8Lx1VtBs',
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
    ['SECRET_KEY', 'a'.repeat(64)],
    ['SECRET_KEY', '1234567890'.repeat(4)],
    ['SECRET_KEY', 'changeme-changeme-changeme-changeme'],
    ['SECRET_KEY', 'abcdefghijklmnopqrstuvwxyz0123456789'],
    ['SECRET_KEY', '0123456789abcdef'.repeat(4)],
    ['SECRET_KEY', 'your-32-character-secret-key-here!'],
    ['API_KEY', 'b'.repeat(32)],
    ['API_KEY', '1234567890123456'],
    ['API_KEY', 'secret-api-key-1'],
    ['LIMIT_FAILURES_PER_PHONE_HOUR', '0'],
    ['LIMIT_FAILURES_PER_PHONE_DAY', '0'],
    ['LIMIT_FAILURES_IN_A_ROW', '0'],
  ])('is refused with %s=%s', (name, value) => {
    expect(complaintAbout({ ...good, [name]: value })).toContain(`  ${name}: `);
  });
});

describe('F21b: a secret', () => {
  const bits = { hex: 16, base64: 12, base64url: 24 } as const;
  it.each(Object.entries(bits))(
    'that a generator made (%s) is taken by production',
    (form, size) => {
      for (let n = 0; n < 300; n += 1) {
        const draw = (bytes: number) => randomBytes(bytes).toString(form as BufferEncoding);
        const source = { NODE_ENV: 'production', OTP_CHANNELS: 'whatsapp' };
        expect(read({ ...source, SECRET_KEY: draw(32), API_KEY: draw(size) })).toBeTruthy();
      }
    },
  );

  it('that is easy to guess is accepted elsewhere', () => {
    expect(read({ SECRET_KEY: 'a'.repeat(32), API_KEY: 'b'.repeat(16) })).toBeTruthy();
    expect(read({ LIMIT_FAILURES_IN_A_ROW: '0' }).LIMIT_FAILURES_IN_A_ROW).toBe(0);
  });
});

describe('a secret that was copied with more than itself', () => {
  const GOOD = 'k3'.repeat(16);
  const SECRETS = ['API_KEY', 'SECRET_KEY', 'SECRET_KEY_PREVIOUS', 'HTTP_CHANNEL_TOKEN'] as const;

  it.each(SECRETS)('is read without the white space around it: %s', (name) => {
    for (const text of [`${GOOD}\n`, `${GOOD}\r\n`, ` ${GOOD}`, `\t${GOOD} `, `\uFEFF${GOOD}`]) {
      expect(read({ [name]: text })[name]).toBe(GOOD);
      expect(read({ [`${name}_FILE`]: '/run/secret' }, { '/run/secret': text })[name]).toBe(GOOD);
    }
  });

  const UNFIT = ['\n', '\r', ' ', '\t', '\0', '\u007f', '\u200b', '\u00a0', 'é', '–', '😀'];

  it.each([
    'API_KEY',
    'HTTP_CHANNEL_TOKEN',
    'WHATSAPP_CLOUD_ACCESS_TOKEN',
    'TELEGRAM_ACCESS_TOKEN',
  ])('is refused when it cannot stand in a header: %s', (name) => {
    for (const character of UNFIT) {
      const [, fault, ...others] = complaintAbout({
        [name]: `${GOOD}${character}${GOOD}`,
      }).split('\n');
      expect(fault).toMatch(new RegExp(`^  ${name}: `));
      expect(fault).not.toContain(GOOD);
      expect(others).toEqual([]);
    }
  });

  it('may have anything inside when it is in no header', () => {
    const phrase = `é ${GOOD}`;
    expect(read({ SECRET_KEY: phrase }).SECRET_KEY).toBe(phrase);
  });

  it('has to be long enough without the white space', () => {
    expect(complaintAbout({ SECRET_KEY: ' '.repeat(32) })).toContain('  SECRET_KEY: ');
    expect(complaintAbout({ API_KEY: `short${' '.repeat(16)}` })).toContain('  API_KEY: ');
  });

  it.each([
    ['UTF-16', Buffer.from(`\uFEFF${GOOD}`, 'utf16le')],
    ['UTF-16 without a mark', Buffer.from(GOOD, 'utf16le')],
    ['Latin-1', Buffer.from(`é${GOOD}`, 'latin1')],
  ])('is refused in a file that is %s', (_, bytes) => {
    const files = { '/run/secret': bytes.toString('utf8') };
    for (const name of SECRETS) {
      const source = { [`${name}_FILE`]: '/run/secret' };
      const faults = new RegExp(`\\n  ${name}_FILE: [^\\n]*UTF-8[^\\n]*$`);
      expect(() => read(source, files)).toThrow(faults);
      expect(() => read(source, files)).not.toThrow(GOOD);
    }
  });
});

describe('an unknown variable', () => {
  const hintsFor = (source: Source) => describeUnknown(source, variableNames);

  it.each([
    ['OTP_CHANEL', 'OTP_CHANNELS'],
    ['OPT_CHANNELS', 'OTP_CHANNELS'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['LIMIT_FAILURE_IN_A_ROW', 'LIMIT_FAILURES_IN_A_ROW'],
    ['DB_POSTGRES_USER', 'DB_POSTGRES_USERNAME'],
    ['ALLOWED_REGION', 'ALLOWED_REGIONS'],
    ['SECRET_KEY_FIEL', 'SECRET_KEY_FILE'],
    ['otp_channels', 'OTP_CHANNELS'],
    ['WHATSAPP_SPACING', 'WHATSAPP_SPACING_MS'],
    ['WHATSAPP_CLOUD_TEMPLATES', 'WHATSAPP_CLOUD_TEMPLATE'],
    ['WHATSAPP_CLOUD_PHONE_NUMBR_ID', 'WHATSAPP_CLOUD_PHONE_NUMBER_ID'],
    ['TELEGRAM_ACESS_TOKEN', 'TELEGRAM_ACCESS_TOKEN'],
    ['HTTP_CHANNEL_FAILURE', 'HTTP_CHANNEL_FAILURES'],
  ])('such as %s is named, and %s with it', (name, known) => {
    const [hint, ...others] = hintsFor({ [name]: 'x' });
    expect(others).toEqual([]);
    expect(hint).toContain(name);
    expect(hint).toMatch(new RegExp(`\\b${known}\\b`));
  });

  it.each(['\uFEFFPORT', '\u200BPORT', '\u00A0PORT', 'PO\u00ADRT'])(
    'that is ours but for an invisible character is named: %j',
    (name) => {
      expect(hintsFor({ [name]: '1' })).toEqual([expect.stringMatching(/^PORT: .*invisible/)]);
    },
  );

  it('of ours that is like none is named alone', () => {
    for (const name of [
      'WHATSAPP_BUSINESS_ACCOUNT_ID',
      'WHATSAPP_CLOUD_COLOUR',
      'TELEGRAM_COLOUR',
    ]) {
      expect(hintsFor({ [name]: 'x' })).toHaveLength(1);
    }
  });

  it('of others is let be', () => {
    const others = {
      ...{
        PATH: '/bin',
        HOME: '/root',
        HOSTNAME: 'x',
        NODE_OPTIONS: '',
        HTTP_PROXY: 'x',
        LANG: 'C',
      },
      ...{ DB_SERVICE_HOST: '10.0.0.1', DB_PORT: 'tcp://10.0.0.1:5432', npm_config_force: 'true' },
      ...{ SECRET_KEY_FILE: '/run/key', OTP_LENGTH: '6', DEMO: 'true' },
    };
    expect(hintsFor(others)).toEqual([]);
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

  it.each([
    ['no name of a database', 'mysql://u:hidden@db'],
    ['no name of a database', 'postgres://u:hidden@db:5432/'],
    ['no host', 'postgres:///hidden'],
    ['a % that stands for nothing', 'mysql://u:hidden%ZZ@db/x'],
    ['a % in its name', 'mysql://u:hidden@db/%ZZ'],
    ['a / in a password', 'mysql://u:1/hidden@db/x'],
    ['a # in a password', 'mysql://u:1@db/x#hidden'],
    ['another scheme', 'mongodb://u:hidden@db/x'],
    ['no scheme', 'u:hidden@db/x'],
    ['a parameter that nobody knows', 'postgres://u:hidden@db/x?schema=public'],
    ['a parameter that is no word', 'postgres://u:hidden@db/x?toString=1'],
    ['a mode that may go without TLS', 'postgres://u:hidden@db/x?sslmode=prefer'],
    ['a mode that nobody knows', 'postgres://u:hidden@db/x?sslmode=constructor'],
    ['two modes', 'postgres://u:hidden@db/x?sslmode=disable&ssl=true'],
    ['a CA that cannot be read', 'mysql://u:hidden@db/x?sslmode=verify-ca&sslrootcert=/run/none'],
    ['a CA that is no certificate', 'mysql://u:hidden@db/x?ssl-ca=/run/empty'],
    ['a certificate without its key', 'mysql://u:hidden@db/x?sslmode=require&sslcert=/run/none'],
    ['a CA without TLS', 'mysql://u:hidden@db/x?sslmode=disable&sslrootcert=/run/none'],
    ['no file', 'sqlite:'],
    ['memory', 'sqlite::memory:'],
    ['a parameter of a file', 'sqlite:./a.db?mode=ro'],
  ])('F8: is refused by name with %s', (_, url) => {
    const message = complaintAbout({ DATABASE_URL: url });
    expect(message.split('\n')[1]).toMatch(/^ {2}DATABASE_URL: /);
    expect(message).not.toContain('hidden');
  });

  it('F8: says in one place how its connection is encrypted', () => {
    const url = 'mysql://u@db/x?sslmode=require';
    expect(complaintAbout({ DATABASE_URL: url, DB_SSL: 'disable' })).toMatch(/^ {2}DB_SSL: /m);
    expect(read({ DATABASE_URL: url, DB_SSL: 'require' }).databaseTls).toEqual({ mode: 'require' });
    expect(complaintAbout({ DB_SSL: 'require' })).toMatch(/^ {2}DB_SSL: /m);
    const other = { DB_TYPE: 'postgres', DB_SSL: 'verify-full' };
    expect(databaseOf(other)).toMatchObject({ tls: { mode: 'verify-full' } });
  });

  it('has a REDIS_URL on a server only, with TLS or without', () => {
    for (const url of ['redis://db', 'rediss://u:p%40@db:6380/3', 'redis://:p@[::1]:6379/']) {
      expect(toConfig(read({ DB_TYPE: 'mysql', REDIS_URL: url })).redisUrl).toBe(url);
      const sqlite = [{}, { DB_TYPE: 'postgres', DATABASE_URL: 'sqlite:./a.db' }];
      for (const source of sqlite) {
        expect(complaintAbout({ ...source, REDIS_URL: url })).toMatch(/\n {2}REDIS_URL: .*SQLite/);
      }
    }
    const file = read(
      { DB_TYPE: 'mysql', REDIS_URL_FILE: '/run/redis' },
      { '/run/redis': 'redis://db\n' },
    );
    expect(file.REDIS_URL).toBe('redis://db');
    const bad = complaintAbout({ DATABASE_URL: 'nothing', REDIS_URL: 'redis://db' });
    expect(bad).not.toContain('REDIS_URL');
  });

  it.each([
    'localhost:6379',
    'redis://',
    'redis://u:hidden@db/name',
    'redis://u:hidden@db/0/1',
    'redis://u:hidden@db?family=6',
    'redis://u:hid#den@db',
    'redis://u:hidden%ZZ@db',
    'rediss+srv://u:hidden@db',
  ])('has no REDIS_URL that it cannot use, and does not show it: %s', (url) => {
    const message = complaintAbout({ DB_TYPE: 'mysql', REDIS_URL: url });
    expect(message.split('\n').slice(1)).toEqual([expect.stringMatching(/^ {2}REDIS_URL: /)]);
    expect(message).not.toMatch(/hid|localhost/);
  });

  it('has a warning in production when Redis is reached without TLS', () => {
    const secrets = {
      SECRET_KEY: randomBytes(32).toString('hex'),
      API_KEY: randomBytes(16).toString('hex'),
    };
    const warningsFor = (url: string) =>
      readConfig({
        ...secrets,
        ...{ NODE_ENV: 'production', OTP_CHANNELS: 'whatsapp', DB_TYPE: 'mysql', REDIS_URL: url },
      }).warnings.join('\n');
    expect(warningsFor('redis://u:hidden@redis.example.com')).toMatch(/Redis .*rediss:/);
    expect(warningsFor('redis://u:hidden@redis.example.com')).not.toContain('hidden');
    for (const url of ['rediss://redis.example.com', 'redis://127.0.0.1', 'redis://[::1]']) {
      expect(warningsFor(url)).toBe('');
    }
  });

  it('is refused by name when its address cannot be read', () => {
    const secrets = { SECRET_KEY: 's'.repeat(32), API_KEY: 'k'.repeat(16) };
    const source = { ...secrets, DATABASE_URL: 'mysql://u:hidden@db:port/x' };
    expect(() => readConfig(source)).toThrow(/^Invalid configuration:\n {2}DATABASE_URL: /);
    expect(() => readConfig(source)).not.toThrow(/hidden/);
  });
});
