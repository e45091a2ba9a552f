import { afterAll, beforeAll, expect, it } from 'vitest';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import { createFormBrowser, createPage, SHOP } from '../../support/http/page-calls.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';

const MULTIPART = 'multipart/form-data; boundary=b';
const FILE = 'Content-Disposition: form-data; name="phoneNumber"; filename="x"';

/** Bodies that no browser sends, by their media type. */
const BODIES: readonly (readonly [type: string, body: string])[] = [
  ['multipart/form-data', 'x'],
  [MULTIPART, 'no parts at all'],
  [MULTIPART, '--b\r\nContent-Disposition: form-data; name="phoneNumber"\r\n\r\n08'],
  [MULTIPART, `--b\r\n${FILE}\r\n\r\n081234567890\r\n--b--\r\n`],
  ['application/json', '{"phoneNumber":"081234567890"}'],
  ['text/plain', 'phoneNumber=081234567890'],
  ['application/x-www-form-urlencoded', 'phoneNumber=%00'],
  ['application/x-www-form-urlencoded', '__proto__=1&constructor=2'],
];

const nextNumber = createPhoneNumbers();
let h: Harness;
beforeAll(async () => {
  h = await createHarness({ env: { PAGE_ORIGINS: SHOP } });
});
afterAll(() => h.close());

it('a page refuses what is no form, logs no fault of its own, and can still be used', async () => {
  const { url } = await createPage(h);
  const browser = createFormBrowser(h);
  await browser.visit(url);
  for (const action of ['send', 'check']) {
    for (const [type, body] of BODIES) {
      const { status } = await browser.post(url, action, { type, body });
      expect([action, type, body, status]).toEqual([action, type, body, 400]);
    }
  }
  expect(h.logLines.filter((line) => line.includes('"level":50'))).toEqual([]);
  expect(h.gateway.messages).toEqual([]);
  const sent = await browser.submit(url, 'send', { phoneNumber: nextNumber() });
  expect(sent.status).toBe(200);
});
