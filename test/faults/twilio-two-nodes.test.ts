import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database/databases.ts';
import { onOneServer } from '../support/database/lanes.ts';
import { API_KEY } from '../support/http/client.ts';
import { createHarness, type Harness } from '../support/http/harness.ts';
import { createTwilioCalls, outcomesOf, type TwilioCalls } from '../support/http/twilio-calls.ts';
import { createPhoneNumbers } from '../support/phone-numbers.ts';

onOneServer('two nodes with the package of Twilio (%s)', (dialect) => {
  const nextNumber = createPhoneNumbers();
  let database: TestDatabase;
  let nodes: Harness[];
  let calls: TwilioCalls[];

  beforeAll(async () => {
    database = await createTestDatabase(dialect);
    const first = await createHarness({ database });
    const env = { HTTP_CHANNEL_URL: first.gateway.url };
    nodes = [first, await createHarness({ database, env })];
    calls = await Promise.all(nodes.map((node) => createTwilioCalls(node, API_KEY)));
  });
  afterAll(async () => {
    for (const node of nodes) await node.close();
    await database.drop();
  });

  const at = (index: number) => calls[index % 2] as TwilioCalls;
  const messagesTo = (to: string) =>
    nodes[0]?.gateway.messages.filter((one) => one.to === to) ?? [];

  it('send one code for all, five times at most, and take it once', async () => {
    expect(at(0).serviceSid).toBe(at(1).serviceSid);
    const to = nextNumber();
    await outcomesOf(Array.from({ length: 8 }, (_, index) => at(index).send(to)));
    await outcomesOf(Array.from({ length: 8 }, (_, index) => at(index).send(to)));
    expect(messagesTo(to)).toHaveLength(5);
    const codes = new Set(messagesTo(to).map(({ code }) => code));
    expect(codes.size).toBe(1);
    const [code = ''] = codes;
    const checks = await outcomesOf(
      Array.from({ length: 10 }, (_, index) => at(index).check(to, code)),
    );
    expect(checks.filter((one) => one === 'done')).toHaveLength(1);
    const others = ['done', '404 20404', '429 60202'];
    expect(checks.every((one) => others.includes(one))).toBe(true);
  });

  it('change services for each other', async () => {
    const made = await at(0).client.verify.v2.services.create({ friendlyName: 'Shared' });
    const changed = at(1).client.verify.v2.services(made.sid);
    await changed.update({ codeLength: 9 });
    expect((await at(0).client.verify.v2.services(made.sid).fetch()).codeLength).toBe(9);
  });
});
