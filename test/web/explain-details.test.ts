import { describe, expect, it } from 'vitest';
import { explainDetails } from '../../web/console/logs/explain-details.ts';
import { en } from '../../web/i18n/en.ts';
import { id } from '../../web/i18n/id.ts';
import { translateName } from '../../web/i18n/translate-name.ts';

function explain(action: string, details: string | null, words: typeof en | typeof id = en) {
  return explainDetails(
    { action, details },
    {
      name: (kind, code) => translateName(words, kind, code),
      exact: (time) => `<${time}>`,
      nameCaller: (caller) => `[${caller}]`,
    },
  );
}

describe('the details of an entry of the log', () => {
  it.each([
    ['user_create', 'bootstrap: user:1 (role, accountId)', '[bootstrap]: [user:1] (role, account)'],
    ['user_update', 'user:1 (own_password)', '[user:1] (own password)'],
    ['auth_login', 'unknown_address', 'unknown address'],
    ['auth_login', 'user:7: inactive', '[user:7]: inactive'],
    ['webhook_change', 'wh_1: secret_rotated', 'wh_1: secret replaced'],
    [
      'test_number_change',
      'until 2026-12-28T07:20:09.001Z',
      'valid until <2026-12-28T07:20:09.001Z>',
    ],
    [
      'recipient_erase',
      'key:k: verifications 1, testNumbers 2',
      '[key:k]: codes 1, test numbers 2',
    ],
    ['workflow_change', 'whatsapp, twilio:us', 'WhatsApp, Twilio (SMS): us'],
    ['limit_hit', 'otp-send-phone-hour', 'codes per recipient per hour'],
    ['access_denied', 'key:k: GET /api/keys', '[key:k]: GET /api/keys'],
    ['api_call', 'POST /api/users', 'POST /api/users'],
  ])('of %s %j are in words that users know', (action, details, expected) => {
    expect(explain(action, details)).toBe(expected);
  });

  it('keep the names that users have chosen, even if they look like codes', () => {
    const details = 'OTFexscyIDXTwGbs (role, password), by user:1';
    expect(explain('key_create', details)).toBe('OTFexscyIDXTwGbs (role, password), by [user:1]');
    expect(explain('sender_change', 'created, name')).toBe('created, name');
  });

  it('are in Indonesian, too, and nothing without details', () => {
    expect(explain('user_update', 'user:1: user:2 (role)', id)).toBe('[user:1]: [user:2] (peran)');
    expect(explain('session_create', null)).toBe('');
  });
});
