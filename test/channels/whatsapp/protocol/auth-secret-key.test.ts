import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../support/database/databases.ts';
import { readSealed, sealerOf } from '../../../support/whatsapp/sealed-credentials.ts';
import { startWhatsAppNode, type WhatsAppNode } from '../../../support/whatsapp/whatsapp-node.ts';
import { type Lab, type Phone, startLab } from '../../../support/whatsapp-lab/lab.ts';

const OLD_KEY = 'old-secret-0123456789abcdef0123456789abcdef0';
const NEW_KEY = 'new-secret-0123456789abcdef0123456789abcdef0';

let lab: Lab;
let database: TestDatabase;
let owner: Phone;
let alice: Phone;
let node: WhatsAppNode | undefined;

async function start(secretKey: string, previousSecretKey?: string): Promise<WhatsAppNode> {
  await node?.close();
  node = await startWhatsAppNode({
    lab,
    database,
    secretKey,
    ...(previousSecretKey && { previousSecretKey }),
  });
  return node;
}

const versionsOf = async (running: WhatsAppNode) => [
  ...new Set((await readSealed(running, 'default')).map(({ secretVersion }) => secretVersion)),
];

/** Both ways, with the keys that were stored before. */
async function expectTalk(running: WhatsAppNode, text: string) {
  await running.sendText('default', alice, text);
  expect((await alice.nextMessage()).text).toBe(text);
}

beforeAll(async () => {
  lab = await startLab();
  database = await createTestDatabase('sqlite');
  owner = lab.addPhone();
  alice = lab.addPhone();
  const first = await start(OLD_KEY);
  await first.link(owner);
  await expectTalk(first, 'hello');
});
afterEach(() => expect(lab.unhandled).toEqual([]));
afterAll(async () => {
  await node?.close();
  await database.drop();
  await lab.close();
});

it('another secret key reads nothing, touches nothing and says so; the right one finds all as it was', async () => {
  await node?.close();
  node = undefined;
  const [logins, state] = [lab.logins(owner.pn), lab.state().connections];
  const wrong = await start(NEW_KEY);
  const before = await readSealed(wrong, 'default');
  const { reason, errorMessage } = await wrong.untilState('default', 'failed');
  expect(reason).toBe('credentials_unreadable');
  expect(errorMessage).toMatch(/^it was sealed with the secret key [0-9a-f]{8}/);
  await expect(wrong.sendText('default', alice, 'not now')).rejects.toThrow(/failed/);
  await wrong.restart('default');
  await wrong.untilState('default', 'failed');
  expect(wrong.logLines.join('')).toContain('could not read the credentials');
  expect(await readSealed(wrong, 'default')).toEqual(before);
  expect(before.length).toBeGreaterThan(800);
  expect(lab.logins(owner.pn)).toBe(logins);
  expect(lab.state().connections).toBe(state);

  const right = await start(OLD_KEY);
  await right.untilState('default', 'open');
  expect([owner.devices, lab.logins(owner.pn)]).toEqual([[1], logins + 1]);
  await expectTalk(right, 'again');
});

it('a new secret key takes everything over from the old one, which can be dropped then', async () => {
  const both = await start(NEW_KEY, OLD_KEY);
  await both.untilState('default', 'open');
  expect(await versionsOf(both)).toEqual([sealerOf(NEW_KEY).version]);
  await expectTalk(both, 'with both');

  const renewed = await start(NEW_KEY);
  await renewed.untilState('default', 'open');
  await expectTalk(renewed, 'with the new one');
  expect(await versionsOf(renewed)).toEqual([sealerOf(NEW_KEY).version]);
  expect(owner.devices).toEqual([1]);
  expect(alice.duplicates).toBe(0);

  const outdated = await start(OLD_KEY);
  expect((await outdated.untilState('default', 'failed')).reason).toBe('credentials_unreadable');
});
