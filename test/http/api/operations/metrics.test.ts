import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VERSION } from '../../../../src/lib/version.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { createOtpCalls, type OtpCalls, wrongCodes } from '../../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';

const nextPhoneNumber = createPhoneNumbers();

let h: Harness;
let otp: OtpCalls;

beforeAll(async () => {
  h = await createHarness();
  otp = createOtpCalls(h);
});
afterAll(() => h.close());

const scrape = async () => (await h.client.get('/metrics')).raw;

/** The value of one series, such as `waverify_otp_sends_total{outcome="sent"}`; 0 before it is there. */
function readSeries(text: string, series: string): number {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line ? Number(line.slice(series.length + 1)) : 0;
}

/** How much a series grows while something happens. */
async function growthOf(series: string, happen: () => Promise<unknown>): Promise<number> {
  const before = readSeries(await scrape(), series);
  await happen();
  return readSeries(await scrape(), series) - before;
}

async function repeat(times: number, call: () => Promise<unknown>): Promise<void> {
  for (let i = 0; i < times; i += 1) await call();
}

describe('/metrics', () => {
  it('is text that Prometheus reads', async () => {
    const { status, headers, raw } = await h.client.get('/metrics');
    expect(status).toBe(200);
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    const sample = /^[a-zA-Z_:][\w:]*(\{[^}]*\})? [-+\d.eEInfNa]+$/;
    const samples = raw.split('\n').filter((line) => line && !line.startsWith('#'));
    expect(samples.filter((line) => !sample.test(line))).toEqual([]);
    expect(samples.filter((line) => !line.startsWith('waverify_'))).toEqual([]);
  });

  it('counts sends by outcome', async () => {
    const series = (outcome: string) => `waverify_otp_sends_total{outcome="${outcome}"}`;
    const phoneNumber = nextPhoneNumber();
    expect(await growthOf(series('sent'), () => otp.send(phoneNumber))).toBe(1);
    expect(await growthOf(series('refused'), () => otp.send(phoneNumber))).toBe(1);
    h.gateway.behaveLike((_, response) => void response.writeHead(503).end());
    expect(await growthOf(series('failed'), () => otp.send(nextPhoneNumber()))).toBe(1);
    h.gateway.behaveLike();
  });

  it('counts verifications by outcome', async () => {
    const series = (outcome: string) => `waverify_otp_verifications_total{outcome="${outcome}"}`;
    const phoneNumber = nextPhoneNumber();
    const code = await otp.sendCode(phoneNumber);
    const [wrong = ''] = wrongCodes(code, 1);
    expect(await growthOf(series('invalid'), () => otp.verify(phoneNumber, wrong))).toBe(1);
    expect(await growthOf(series('verified'), () => otp.verify(phoneNumber, code))).toBe(1);
    const unknown = nextPhoneNumber();
    await repeat(10, () => otp.verify(unknown, wrong));
    expect(await growthOf(series('refused'), () => otp.verify(unknown, wrong))).toBe(1);
  });

  it('counts what limits refuse, by limit', async () => {
    const series = (limit: string) => `waverify_limit_hits_total{limit="${limit}"}`;
    const phoneNumber = nextPhoneNumber();
    await otp.send(phoneNumber);
    const again = () => otp.send(phoneNumber);
    expect(await growthOf(series('otp-send-cooldown'), again)).toBe(1);
    let refused = 0;
    const ask = async () => {
      if ((await otp.status(phoneNumber)).status === 429) refused += 1;
    };
    // On a slow machine, some room comes back meanwhile.
    const flood = () => repeat(90, ask);
    expect(await growthOf(series('otp-status-phone-minute'), flood)).toBe(refused);
    expect(refused).toBeGreaterThan(0);
  });

  it('measures requests by the pattern of their route, and deliveries by channel and outcome', async () => {
    const requests =
      'waverify_http_request_seconds_count{method="GET",route="/api/otp/status/:phoneNumber",status="200"}';
    const phoneNumber = nextPhoneNumber();
    const readTwice = () => repeat(2, () => otp.status(phoneNumber));
    expect(await growthOf(requests, readTwice)).toBe(2);
    const deliveries = 'waverify_delivery_seconds_count{channel="http",outcome="accepted"}';
    expect(await growthOf(deliveries, () => otp.send(phoneNumber))).toBe(1);
    const strays = 'waverify_http_request_seconds_count{method="GET",route="unknown",status="404"}';
    const stray = () => repeat(3, () => h.client.get(`/nothing/${phoneNumber}`));
    expect(await growthOf(strays, stray)).toBe(3);
  });

  it('counts messages and verified codes by the channel that sent them', async () => {
    const sends = 'waverify_channel_sends_total{channel="http"}';
    const verified = 'waverify_channel_verifications_total{channel="http"}';
    const times = 'waverify_verification_seconds_count{channel="http"}';
    const phoneNumber = nextPhoneNumber();
    let code = '';
    const send = async () => {
      code = await otp.sendCode(phoneNumber);
    };
    expect(await growthOf(sends, send)).toBe(1);
    const [wrong = ''] = wrongCodes(code, 1);
    expect(await growthOf(verified, () => otp.verify(phoneNumber, wrong))).toBe(0);
    const before = readSeries(await scrape(), times);
    expect(await growthOf(verified, () => otp.verify(phoneNumber, code))).toBe(1);
    expect(readSeries(await scrape(), times)).toBe(before + 1);
  });

  it('shows the version, and 0 for what has not happened yet', async () => {
    const text = await scrape();
    expect(readSeries(text, `waverify_build_info{version="${VERSION}"}`)).toBe(1);
    expect(text).toContain('waverify_pumping_suspected_total{kind="region"} 0');
    expect(text).toContain('waverify_webhook_deliveries_total{status="FAILED"} 0');
    expect(text).toContain('waverify_limit_hits_total{limit="pairing-code-session-hour"} 0');
    expect(text).toContain('waverify_channel_skipped{channel="http"} 0');
  });

  it('measures the calls of the database', async () => {
    const selects = 'waverify_database_seconds_count{operation="select"}';
    const opened = 'waverify_database_seconds_count{operation="openVerification"}';
    expect(await growthOf(opened, () => otp.send(nextPhoneNumber()))).toBe(1);
    expect(await growthOf(selects, () => otp.status(nextPhoneNumber()))).toBeGreaterThan(0);
  });

  it('shows the queue of hashes', async () => {
    const text = await scrape();
    expect(text).toMatch(/^waverify_hash_queue_waiting \d+$/m);
    expect(text).toMatch(/^waverify_hash_running \d+$/m);
  });

  it('shows whether wake-ups of other nodes arrive; on SQLite there are none to miss', async () => {
    expect(await scrape()).toMatch(/^waverify_bus_connected 1$/m);
  });

  it('leaves out the queues while the database cannot read them, and shows all else', async () => {
    const queue = /^waverify_webhook_queue_waiting /m;
    const rename = (from: string, to: string) =>
      h.database.sequelize.query(`ALTER TABLE "${from}" RENAME TO "${to}"`);
    expect(await scrape()).toMatch(queue);
    await rename('webhooks', 'hidden');
    await expect.poll(scrape, { timeout: 10_000 }).not.toMatch(queue);
    expect(readSeries(await scrape(), `waverify_build_info{version="${VERSION}"}`)).toBe(1);
    await rename('hidden', 'webhooks');
    await expect.poll(scrape, { timeout: 10_000 }).toMatch(queue);
  });

  it('does not grow with the addresses and methods that strangers make up', async () => {
    const count = async () => (await scrape()).split('waverify_http_request_seconds_').length;
    await h.client.get('/stray');
    const before = await count();
    for (let i = 0; i < 50; i += 1) await h.client.get(`/stray/${i}?a=${i}`);
    expect(await count()).toBe(before);
  });

  it('holds no number, no code and no address in any label', async () => {
    const phoneNumber = nextPhoneNumber();
    const code = await otp.sendCode(phoneNumber, { sessionId: 'shop', companyName: 'PT. Contoh' });
    await otp.status(phoneNumber);
    await otp.verify(phoneNumber, code);
    const labels = [...(await scrape()).matchAll(/\{([^}]*)\}/g)]
      .map(([, text]) => text)
      .join('\n');
    expect(labels).not.toMatch(/62812|7890|127\.0\.0\.1|shop|Contoh/);
    expect(labels).not.toContain(code);
  });
});
