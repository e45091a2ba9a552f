import { expect, it } from 'vitest';
import { readWebhook, signBody } from '../../../src/channels/whatsapp-cloud/webhook.ts';
import { newCallback } from '../../support/providers/callback.ts';
import { signAsMeta } from '../../support/providers/whatsapp-cloud.ts';

const SECRETS = {
  appSecret: 'app-secret',
  verifyToken: undefined,
  phoneNumberId: '1',
  ownNumber: undefined,
};
const URL = 'https://otp.example.com/api/callbacks/whatsapp_cloud/token';

const read = (body: string, signature: string) =>
  readWebhook(
    SECRETS,
    newCallback({ url: URL, headers: { 'x-hub-signature-256': signature }, body }),
  );

/** https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries has it for the same header. */
it('is computed as the documented example of X-Hub-Signature-256', () => {
  expect(signBody("It's a Secret to Everybody", Buffer.from('Hello, World!'))).toBe(
    'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
  );
});

/**
 * Meta signs the payload as it sends it, with escaped letters beyond ASCII, so `äöå` is `\u00e4\u00f6\u00e5`:
 * https://developers.facebook.com/docs/graph-api/webhooks/getting-started
 */
it('is checked over the bytes that arrived, not over the text that they mean', () => {
  const escaped = '{"entry":[{"changes":[{"value":{"name":"\\u00e4\\u00f6\\u00e5"}}]}]}';
  const decoded = JSON.stringify(JSON.parse(escaped));
  expect(decoded).toContain('äöå');
  expect(read(escaped, signAsMeta(SECRETS.appSecret, escaped))).toEqual({ receipts: [] });
  expect(() => read(escaped, signAsMeta(SECRETS.appSecret, decoded))).toThrow('does not match');
});
