import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { SessionState } from '../../../src/domain/whatsapp/session.ts';
import { createLeaseStore } from '../../../src/storage/limits/lease-store.ts';
import { countReads } from '../../support/database/counted-reads.ts';
import { onOneDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';
import { insertSessions } from '../../support/database/new-sessions.ts';
import { NOBODY_LISTENS } from '../../support/http/session-calls.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createTestPool } from '../../support/whatsapp/whatsapp-pool.ts';

/** No session of these tests is linked, so none of them connects. */
const NO_LAB = { url: NOBODY_LISTENS.WHATSAPP_SOCKET_URL };

const LEASE_MS = 3000;

onOneDatabase('the sessions that a node takes over on %s', (dialect) => {
  let migrated: MigratedDatabase;
  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
  });
  afterAll(() => migrated.close());
  beforeEach(async () => {
    const { change } = migrated.database.statements;
    for (const table of ['sessions', 'leases']) await change(`DELETE FROM "${table}"`, []);
  });

  const insert = async (count: number, state: SessionState, name: string = state) => {
    const ids = Array.from({ length: count }, (_, i) => `${name}-${i}`);
    await insertSessions(
      migrated.database,
      ids.map((sessionId) => ({ sessionId, state })),
    );
    return ids;
  };

  async function startNode() {
    const counted = countReads(migrated.database);
    const node = await createTestPool(NO_LAB, {
      database: counted.database,
      timing: { leaseMs: LEASE_MS },
    });
    const { keeper } = node.pool;
    return {
      ...node,
      keeper,
      takeCount: counted.take,
      kept: () => keeper.report().map(({ sessionId }) => sessionId),
    };
  }

  it('are read at a start, and nothing of those that are logged out or not linked', async () => {
    const readAtStart = async () => {
      const node = await startNode();
      node.takeCount();
      await node.keeper.restore();
      expect(node.kept().sort()).toEqual(['qr-0', 'qr-1']);
      const count = node.takeCount();
      await node.close();
      await migrated.database.statements.change(
        `UPDATE "sessions" SET "state" = 'qr'
        WHERE "sessionId" IN ('qr-0', 'qr-1')`,
        [],
      );
      return count;
    };
    await insert(2, 'qr');
    await insert(5, 'logged_out', 'few');
    const few = await readAtStart();
    await insert(500, 'logged_out', 'many');
    await insert(500, 'unlinked', 'new');
    expect(await readAtStart()).toEqual(few);
    expect(few).toMatchObject({ statements: 3, rows: 2 });
  });

  it('are read in pages, and are all taken over', async () => {
    const ids = await insert(510, 'qr');
    const node = await startNode();
    await node.keeper.restore();
    expect(node.kept().sort()).toEqual(ids.sort());
    await node.close();
  });

  it('are none of those that another node hosts, and no memory or read is spent on these', async () => {
    const leases = createLeaseStore(migrated.database);
    const ids = await insert(100, 'open');
    const until = new Date(Date.now() + LEASE_MS + 5000);
    for (const id of ids) {
      await leases.acquire({ name: `wa:${id}`, owner: 'a.machine.elsewhere' }, new Date(), until);
    }
    const node = await startNode();
    node.takeCount();
    await node.keeper.restore();
    expect(node.takeCount()).toEqual({ statements: 1, rows: 0, byModels: 0 });
    await pause(LEASE_MS / 2);
    expect(node.takeCount()).toEqual({ statements: 1, rows: 0, byModels: 0 });
    expect(node.kept()).toEqual([]);
    await node.close();
  });

  it('are shared by nodes that look at the same moment, and each is hosted once', async () => {
    const ids = await insert(60, 'qr');
    const nodes = await Promise.all([startNode(), startNode(), startNode()]);
    await Promise.all(nodes.map(({ keeper }) => keeper.restore()));
    const kept = nodes.flatMap((node) => node.kept());
    expect(kept.sort()).toEqual([...ids].sort());
    const readsByModels = () => nodes.map(({ takeCount }) => takeCount().byModels);
    await expect.poll(readsByModels, { interval: 300 }).toEqual([0, 0, 0]);
    // What a node did not get, it leaves alone.
    await pause(LEASE_MS / 2);
    expect(readsByModels()).toEqual([0, 0, 0]);
    await Promise.all(nodes.map((node) => node.close()));
  });

  it('include what becomes free later, within a third of the life of a lease', async () => {
    const [first, second] = [await startNode(), await startNode()];
    const [id = ''] = await insert(1, 'failed');
    await first.keeper.restore();
    await second.keeper.restore();
    expect([first.kept(), second.kept()]).toEqual([[id], []]);
    const { change } = migrated.database.statements;
    await first.close();
    await change(`UPDATE "sessions" SET "state" = 'backoff'`, []);
    await waitFor(() => second.kept().length === 1 || undefined, 'the takeover', LEASE_MS / 2);
    await second.close();
  });
});
