import { afterAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../../support/database/databases.ts';
import { createHarness } from '../../../support/http/harness.ts';
import { createSessionCalls, labVariables } from '../../../support/http/session-calls.ts';
import { startSessionLab } from '../../../support/whatsapp/session-lab.ts';

const { lab, h, sessions, close } = await startSessionLab();
afterAll(close);

describe('a session that this node does not keep', () => {
  it('is connecting when its node is gone, whatever the row said last', async () => {
    await h.database.statements.insert(
      `INSERT INTO "sessions" ("accountId", "sessionId", "state", "status", "isConnected", "createdAt", "updatedAt")
       VALUES ('default', 'orphan', 'open', 'active', 1, $1, $1)`,
      [new Date()],
    );
    expect((await sessions.status('orphan')).body.data).toMatchObject({
      state: 'connecting',
      status: 'connecting',
      isConnected: false,
      reason: 'not_kept',
    });
    // Whoever wants something of it makes this node take it up: it turns out not to be linked.
    expect((await sessions.qr('orphan')).status).toBe(200);
    expect((await sessions.get('orphan')).body.data).toMatchObject({ state: 'qr', keptHere: true });
    await sessions.remove('orphan');
  });

  it('is helped on, when it waits for a person, by a node that was started since', async () => {
    const database = await createTestDatabase('sqlite');
    const taken = lab.addPhone();
    const unlinked = lab.addPhone();
    const stopped = lab.addPhone();
    const earlier = await createHarness({ env: labVariables(lab), database });
    const before = createSessionCalls(earlier);
    await before.link('taken', taken);
    await before.link('unlinked', unlinked);
    await before.link('stopped', stopped);
    await before.stop('stopped');
    const loginsBefore = lab.logins(stopped.pn);
    lab.end('conflict', taken.pn);
    unlinked.unlink();
    await before.untilState('taken', 'replaced');
    await before.untilState('unlinked', 'logged_out');
    await earlier.close();

    const later = await createHarness({ env: labVariables(lab), database });
    const after = createSessionCalls(later);
    expect((await after.status('taken')).body.data).toMatchObject({ state: 'replaced' });
    expect((await after.qr('taken')).body.code).toBe('session_exists');
    expect((await after.restart('taken')).status).toBe(200);
    await after.untilState('taken', 'open');

    expect((await after.stop('stopped')).body.data).toMatchObject({ state: 'stopped' });
    expect(lab.logins(stopped.pn)).toBe(loginsBefore);
    await after.restart('stopped');
    await after.untilState('stopped', 'open');

    expect((await after.status('unlinked')).body.data).toMatchObject({ state: 'logged_out' });
    const { body } = await after.qr('unlinked');
    await unlinked.scanQr(String(body.data?.['qr']));
    await after.untilState('unlinked', 'open');
    expect((await after.remove('unlinked')).status).toBe(200);
    expect(unlinked.devices).toEqual([]);
    await later.close();
    await database.drop();
  });
});
