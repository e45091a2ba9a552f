import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { onDatabase } from '../../../support/database/lanes.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { createOtpCalls, type OtpCalls } from '../../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';

const nextNumber = createPhoneNumbers();

/** Conditions under which the database refuses an UPDATE, by table: one for each step that undoes a send. */
const FAULTS = {
  otp_logs: `NEW."status" = 'failed'`,
  rate_limits: `NEW."resetsAt" < OLD."resetsAt"`,
} as const;

onDatabase('sqlite', 'a send that no channel accepted', () => {
  let h: Harness;
  let otp: OtpCalls;
  const change = (sql: string) => h.database.statements.change(sql, []);

  beforeAll(async () => {
    h = await createHarness({ dialect: 'sqlite' });
    otp = createOtpCalls(h);
  });
  afterEach(async () => {
    h.gateway.behaveLike();
    for (const table of Object.keys(FAULTS)) await change(`DROP TRIGGER IF EXISTS "no_${table}"`);
  });
  afterAll(() => h.close());

  async function refuse(...tables: (keyof typeof FAULTS)[]): Promise<void> {
    h.gateway.behaveLike((_, response) => void response.writeHead(400).end());
    for (const table of tables) {
      await change(
        `CREATE TRIGGER "no_${table}" BEFORE UPDATE ON "${table}" WHEN ${FAULTS[table]}
         BEGIN SELECT RAISE(ABORT, 'refused by a test'); END`,
      );
    }
  }

  const faultsAfter = (count: number) =>
    h.logLines.slice(count).filter((line) => line.includes('refused by a test'));

  it('is refunded although its row cannot be ended', async () => {
    const phone = nextNumber();
    await refuse('otp_logs');
    const before = h.logLines.length;
    const failed = await otp.send(phone);
    expect(failed.body.code).toBe('delivery_failed');
    expect(faultsAfter(before)).toHaveLength(1);
    h.gateway.behaveLike();
    expect((await otp.send(phone)).status).toBe(200);
  });

  it('is ended although its limits cannot be refunded', async () => {
    const phone = nextNumber();
    await refuse('rate_limits');
    const before = h.logLines.length;
    expect((await otp.send(phone)).body.code).toBe('delivery_failed');
    expect(faultsAfter(before)).toHaveLength(1);
    expect(await otp.liveRows(phone)).toHaveLength(0);
  });

  it('is answered with its own error although nothing can be undone', async () => {
    const phone = nextNumber();
    await refuse('otp_logs', 'rate_limits');
    const before = h.logLines.length;
    expect((await otp.send(phone)).body.code).toBe('delivery_failed');
    expect(faultsAfter(before)).toHaveLength(2);
  });
});
