import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWhatsAppChannel } from '../../../src/channels/whatsapp/whatsapp-channel.ts';
import { failureOf, newMessage } from '../../contracts/channel.ts';
import { insertSessions } from '../../support/database/new-sessions.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createTestPool } from '../../support/whatsapp/whatsapp-pool.ts';
import { type Lab, type Phone, startLab } from '../../support/whatsapp-lab/lab.ts';

let lab: Lab;
let reader: Phone;
let node: Awaited<ReturnType<typeof createTestPool>>;

beforeAll(async () => {
  lab = await startLab();
  reader = lab.addPhone();
  node = await createTestPool(lab);
  await node.link(lab.addPhone());
});
afterAll(async () => {
  await node.close();
  await lab.close();
});

it('passes on the receipts of codes, but not those of texts, which have no delivery', async () => {
  const { pool, receipts } = node;
  const channel = createWhatsAppChannel({ pool, defaultSession: 'default' });
  const deadline = AbortSignal.timeout(5000);
  const recipient = reader.number;
  await pool.keeper.sendText('default', {
    ...{ recipient, text: 'Hello' },
    ...{ deadline, milliseconds: 5000 },
  });
  await reader.nextMessage();
  const messageId = channel.drawMessageId();
  await channel.send(newMessage({ messageId, recipient }));
  await reader.nextMessage();
  await waitFor(() => receipts.at(0), 'the receipt of the code');
  expect(new Set(receipts.map((receipt) => receipt.messageId))).toEqual(new Set([messageId]));
});

it('tells an account without a session from one whose session no node hosts', async () => {
  const { pool, database } = node;
  const channel = createWhatsAppChannel({ pool, defaultSession: 'default' });
  const why = async (sessions: readonly string[] | undefined) => {
    const message = newMessage({ accountId: 'shop', sessions });
    return (await failureOf(channel.send(message))).message;
  };
  expect(await why(undefined)).toContain('create a session');
  await insertSessions(database, [
    { accountId: 'shop', sessionId: 'shop~till', state: 'logged_out' },
  ]);
  expect(await why(undefined)).toContain('an operator must act');
  expect(await why(['shop~till'])).toContain('an operator must act');
  expect(await why(['shop~other'])).toContain('no WhatsApp session other');
});

it('keeps a session for its account and no other, and only with the lease', async () => {
  const { keeper } = node.pool;
  const session = { sessionId: 'default', accountId: 'default' };
  expect(keeper.isKept(session)).toBe(true);
  expect(keeper.isKept({ ...session, accountId: 'other' })).toBe(false);
  expect(keeper.isKept({ ...session, sessionId: 'other' })).toBe(false);
  await keeper.close();
  expect(keeper.isKept(session)).toBe(false);
});
