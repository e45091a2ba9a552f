import { describe, expect, it } from 'vitest';
import { toConfig } from '../../config/config.ts';
import { describeUnread, readEnv } from '../../config/env.ts';
import { channelKinds } from '../../src/channels/registry.ts';
import { LONGEST_CHANNEL_NAME } from '../../src/domain/delivery/channel-name.ts';

type Source = Readonly<Record<string, string>>;

const SID = `AC${'1a'.repeat(16)}`;

/** The variables of a Twilio channel; `label` is its part of their names, such as `US_`. */
const twilio = (label = '', changes: Source = {}): Source => ({
  [`TWILIO_${label}ACCOUNT_SID`]: SID,
  [`TWILIO_${label}AUTH_TOKEN`]: `token of ${label}`,
  [`TWILIO_${label}FROM`]: '+15005550006',
  ...changes,
});

const read = (source: Source, files: Source = {}) => readEnv(source, (path) => files[path] ?? '');
const channelsOf = (source: Source, files: Source = {}) =>
  toConfig(read(source, files)).channels.enabled;

/** The lines of the message that an environment stops the process with; none if it is accepted. */
function faultsOf(source: Source): readonly string[] {
  try {
    read(source);
    return [];
  } catch (error) {
    const [, ...lines] = (error as Error).message.split('\n');
    return lines.map((line) => line.trim());
  }
}

const hintsFor = (source: Source, files: Source = {}) =>
  describeUnread(source, read(source, files).channels);

describe('a channel with a label', () => {
  it('has variables of its own, beside the channel without one', () => {
    const source = {
      OTP_CHANNELS: 'twilio:us, http,twilio,twilio:eu-2',
      HTTP_CHANNEL_URL: 'http://127.0.0.1:1/sms',
      ...twilio(),
      ...twilio('US_', { TWILIO_US_API_URL: 'http://127.0.0.1:2' }),
      ...twilio('EU_2_'),
    };
    const channels = channelsOf(source);
    expect(channels.map(({ name, kind }) => [name, kind])).toEqual([
      ['twilio:us', 'twilio'],
      ['http', 'http'],
      ['twilio', 'twilio'],
      ['twilio:eu-2', 'twilio'],
    ]);
    expect(channels.map(({ values }) => [values.TWILIO_AUTH_TOKEN, values.TWILIO_API_URL])).toEqual(
      [
        ['token of US_', 'http://127.0.0.1:2'],
        ['token of', 'https://api.twilio.com'],
        ['token of', 'https://api.twilio.com'],
        ['token of EU_2_', 'https://api.twilio.com'],
      ],
    );
    expect(hintsFor(source)).toEqual([]);
  });

  it.each([
    ['twilio:us', 'TWILIO_AUTH_TOKEN', 'TWILIO_US_AUTH_TOKEN'],
    ['http:a', 'HTTP_CHANNEL_RECEIPT_ID_PATH', 'HTTP_CHANNEL_A_RECEIPT_ID_PATH'],
    ['whatsapp_cloud:2', 'WHATSAPP_CLOUD_TEMPLATE', 'WHATSAPP_CLOUD_2_TEMPLATE'],
    ['email:eu', 'SMTP_URL', 'SMTP_EU_URL'],
    ['email:eu', 'EMAIL_FROM', 'EMAIL_EU_FROM'],
    ['android:front_desk', 'ANDROID_URL', 'ANDROID_FRONT_DESK_URL'],
  ])('%s reads in place of %s the variable %s', (channel, variable, own) => {
    const source = { OTP_CHANNELS: channel, [own]: 'x', [`${own}_FILE`]: '/run/x' };
    // Only a variable that is read can be set twice.
    expect(faultsOf(source)).toContain(`${own}: set it or ${own}_FILE, not both`);
    expect(faultsOf({ ...source, [own]: '', [variable]: 'x' }).join()).toContain(variable);
  });

  it('takes no variable of the channel without one, nor of another', () => {
    const env = { ...twilio(), ...twilio('EU_'), TWILIO_US_FROM: '+15005550006' };
    const faults = faultsOf({ ...env, OTP_CHANNELS: 'twilio,twilio:eu,twilio:us' });
    expect(faults).toEqual([
      'TWILIO_US_ACCOUNT_SID: is required when OTP_CHANNELS includes twilio:us',
      'TWILIO_US_AUTH_TOKEN: is required when OTP_CHANNELS includes twilio:us',
    ]);
    const [channel] = channelsOf({
      OTP_CHANNELS: 'vonage:eu',
      ...{ VONAGE_EU_API_KEY: 'abc', VONAGE_EU_API_SECRET: 'secret', VONAGE_EU_FROM: 'Example' },
      VONAGE_SIGNATURE_SECRET: 'of another account',
    });
    expect(channel?.values.VONAGE_SIGNATURE_SECRET).toBeUndefined();
  });

  it('reads its secrets from files', () => {
    const { TWILIO_US_AUTH_TOKEN: _, ...others } = twilio('US_');
    const source = {
      ...others,
      OTP_CHANNELS: 'twilio:us',
      TWILIO_US_AUTH_TOKEN_FILE: '/run/token',
    };
    const files = { '/run/token': 'from a file\n' };
    expect(channelsOf(source, files)[0]?.values.TWILIO_AUTH_TOKEN).toBe('from a file');
    expect(hintsFor(source, files)).toEqual([]);
    const both = faultsOf({ ...source, TWILIO_US_AUTH_TOKEN: 'x' });
    expect(both).toEqual(['TWILIO_US_AUTH_TOKEN: set it or TWILIO_US_AUTH_TOKEN_FILE, not both']);
  });

  it('has the faults of its kind, under its own names', () => {
    const http = { OTP_CHANNELS: 'http:sms', HTTP_CHANNEL_SMS_URL: 'https://sms.example/send' };
    expect(
      faultsOf({ ...http, HTTP_CHANNEL_SMS_METHOD: 'GET', HTTP_CHANNEL_SMS_BODY: '{}' }),
    ).toEqual([expect.stringMatching(/^HTTP_CHANNEL_SMS_BODY: .*HTTP_CHANNEL_SMS_URL/)]);
    expect(
      faultsOf({
        ...twilio('US_', { TWILIO_US_FROM: 'far too long a name' }),
        OTP_CHANNELS: 'twilio:us',
      }),
    ).toEqual([expect.stringMatching(/^TWILIO_US_FROM: must be/)]);
  });
});

describe('a name in OTP_CHANNELS', () => {
  it.each([
    ['twilio:US', 'twilio:US', /lower-case/],
    ['twilio:', 'twilio:', /label/],
    ['twilio:-us', 'twilio:-us', /label/],
    ['twilio:a.b', 'twilio:a.b', /label/],
    ['twilio:us:2', 'twilio:us:2', /label/],
    [`twilio:${'a'.repeat(17)}`, 'twilio:aaaaaaaaaaaaaaaaa', /1 to 16/],
    ['sms:us', 'sms:us', /not a channel/],
    ['whatsapp:us', 'whatsapp:us', /only one channel whatsapp/],
    ['console:a', 'console:a', /only one channel console/],
    ['http:receipt', 'http:receipt', /HTTP_CHANNEL_RECEIPT_ID_PATH .*\bhttp$/],
    ['whatsapp_cloud:default', 'whatsapp_cloud:default', /WHATSAPP_CLOUD_DEFAULT_LANGUAGE/],
    ['twilio:a-b,twilio:a_b', 'twilio:a_b', /TWILIO_A_B_ACCOUNT_SID .*twilio:a-b$/],
    ['http:a,http:a_receipt', 'http:a_receipt', /HTTP_CHANNEL_A_RECEIPT_ID_PATH .*http:a$/],
    ['twilio:us,twilio:us', 'twilio:us', /twice/],
    ['console,console', 'console', /twice/],
  ])('%s is refused', (names, refused, why) => {
    const faults = faultsOf({ OTP_CHANNELS: names, ...twilio('US_'), ...twilio('A_B_') });
    const ofNames = faults.filter((line) => line.startsWith('OTP_CHANNELS: '));
    expect(ofNames).toEqual([expect.stringContaining(`"${refused}"`)]);
    expect(ofNames[0]).toMatch(why);
  });

  it('has at most 32 characters: the columns of the database', () => {
    const longest = Math.max(...channelKinds.map((kind) => `${kind}:`.length + 16));
    expect(longest).toBeLessThanOrEqual(LONGEST_CHANNEL_NAME);
  });

  it.each(['a', '0', 'us-east_1', 'a'.repeat(16)])('can have the label %s', (label) => {
    const own = twilio(`${label.toUpperCase().replaceAll('-', '_')}_`);
    expect(faultsOf({ OTP_CHANNELS: `twilio:${label}`, ...own })).toEqual([]);
  });
});

describe('a variable of a channel with a label', () => {
  const US = { OTP_CHANNELS: 'twilio:us', ...twilio('US_') };

  it.each(['TWILIO_US_FORM', 'TWILIO_US_AUTH_TOKN', 'TWILIO_US_AUTH_TOKEN_FIEL'])(
    'that is mistyped as %s is named',
    (name) => {
      const [hint, ...others] = hintsFor({ ...US, [name]: 'x' });
      expect(others).toEqual([]);
      expect(hint).toMatch(new RegExp(`^${name}: .*did you mean TWILIO_US_`));
    },
  );

  it('that is not enabled is named with its channel', () => {
    expect(hintsFor({ ...US, ...twilio('ASIA_') })).toEqual([
      expect.stringMatching(/^TWILIO_ASIA_ACCOUNT_SID: .* twilio:asia$/),
      expect.stringMatching(/^TWILIO_ASIA_AUTH_TOKEN: .* twilio:asia$/),
      expect.stringMatching(/^TWILIO_ASIA_FROM: .* twilio:asia$/),
    ]);
    expect(hintsFor({ ...US, TWILIO_UK_FROM: 'a', TWILIO_UK_API_URL: 'b' })).toEqual([
      expect.stringMatching(/^TWILIO_UK_FROM: .* twilio:uk$/),
      expect.stringMatching(/^TWILIO_UK_API_URL: .* twilio:uk; .*TWILIO_US_API_URL/),
    ]);
    const path = { HTTP_CHANNEL_EU_RECEIPT_ID_PATH_FILE: '/x' };
    expect(hintsFor({ ...US, ...path })).toEqual([expect.stringMatching(/ http:eu$/)]);
  });

  it('does not stand in for one without: what has no effect is named', () => {
    const lines = hintsFor({
      ...US,
      TWILIO_FROM: 'Example',
      TWILIO_AUTH_TOKEN_FILE: '/run/token',
      TWILIO_API_URL: 'https://api.twilio.com',
    });
    expect(lines).toEqual([
      expect.stringMatching(/^TWILIO_AUTH_TOKEN_FILE: .*TWILIO_US_AUTH_TOKEN_FILE$/),
      expect.stringMatching(/^TWILIO_FROM: .*TWILIO_US_FROM$/),
    ]);
    const both = { ...US, ...twilio(), OTP_CHANNELS: 'twilio:us,twilio' };
    expect(hintsFor(both)).toEqual([]);
  });
});
