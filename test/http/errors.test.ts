import { afterEach, expect, it } from 'vitest';
import { onOneDatabase } from '../support/database/lanes.ts';
import { createHarness, type Harness } from '../support/http/harness.ts';

const PHONE = '+6281234567890';

let h: Harness;

afterEach(() => h.close());

onOneDatabase('a failure that nobody foresaw, on %s', (dialect) => {
  it('is answered with a fixed sentence, and told whole in the log under its requestId', async () => {
    h = await createHarness({ dialect });
    await h.database.sequelize.query('DROP TABLE otp_logs');
    const answer = await h.client.post('/api/otp/send', { phoneNumber: PHONE });
    expect([answer.status, answer.body.code]).toEqual([500, 'internal_error']);
    expect(answer.body.message).toMatch(/^Something went wrong\./);
    expect(answer.raw).not.toMatch(/otp_logs|no such table|SQL|\bat \S+\.[jt]s/i);

    const story = h.logLines.find((line) => line.includes('unhandled error')) ?? '{}';
    const { requestId, level, err } = JSON.parse(story);
    expect([requestId, level]).toEqual([answer.body.requestId, 50]);
    expect(err.message).toContain('otp_logs');
    expect(err.stack).toMatch(/^Error/);
    const log = h.logLines.join('');
    expect(log).not.toContain(PHONE.slice(1));
    expect(log).not.toContain('$argon2id$');
  }, 10_000);

  it('leaves the service able to answer what does not need the broken part', async () => {
    h = await createHarness({ dialect });
    await h.database.sequelize.query('DROP TABLE otp_logs');
    await h.client.post('/api/otp/send', { phoneNumber: PHONE });
    expect((await h.client.get('/api/health')).status).toBe(200);
    const unlocked = await h.client.post('/api/otp/unlock', { phoneNumber: PHONE });
    expect(unlocked.status).toBe(200);
  }, 10_000);
});
