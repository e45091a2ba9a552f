import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { expect, it } from 'vitest';
import { verifyWebhook } from '../../../packages/client/src/index.ts';

const secret = `whsec_${randomBytes(32).toString('base64')}`;
const body = JSON.stringify({ id: 'evt_1', type: 'verification.approved', data: {} });

function sign(at = new Date(), text = body) {
  return {
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign('evt_1', at, text),
  };
}

it('an event with the right signature is returned, from headers of either kind', () => {
  expect(verifyWebhook(secret, sign(), body)).toMatchObject({ type: 'verification.approved' });
  expect(verifyWebhook(secret, new Headers(sign()), body)).toMatchObject({ id: 'evt_1' });
});

it('another secret, a changed body and an old signature are refused', () => {
  const other = `whsec_${randomBytes(32).toString('base64')}`;
  expect(() => verifyWebhook(other, sign(), body)).toThrow();
  expect(() => verifyWebhook(secret, sign(), body.replace('evt_1', 'evt_2'))).toThrow();
  expect(() => verifyWebhook(secret, sign(new Date(Date.now() - 301_000)), body)).toThrow();
  expect(() => verifyWebhook(secret, {}, body)).toThrow();
});
