import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RequestedStep } from '../../../src/domain/delivery/workflow.ts';
import {
  type AccountStore,
  createAccountStore,
} from '../../../src/storage/access/account-store.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';

const NOON = new Date('2026-03-01T12:00:00.000Z');

onEveryDatabase('the settings of accounts on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let store: AccountStore;

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    store = createAccountStore(migrated.database);
    for (const id of ['shop', 'bank']) await migrated.database.models.Account.ensure(id, NOON);
  });
  afterAll(() => migrated.close());

  it('are empty at first, and unknown without an account', async () => {
    expect(await store.findSettings('bank')).toEqual({});
    expect(await store.findSettings('unknown')).toBeUndefined();
    expect(await store.updateSettings('unknown', { a: 1 }, NOON)).toBe(false);
  });

  it('change one by one, and the others stay', async () => {
    expect(await store.updateSettings('shop', { names: ['Kopi & "Roti"'], a: 1 }, NOON)).toBe(true);
    expect(await store.updateSettings('shop', { a: 2 }, NOON)).toBe(true);
    expect(await store.findSettings('shop')).toEqual({ names: ['Kopi & "Roti"'], a: 2 });
    expect(await store.findSettings('bank')).toEqual({});
  });

  it('keep the change of each caller that was successful, also at the same time', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `n${index}`);
    const saved = await Promise.all(
      names.map((name) => store.updateSettings('bank', { [name]: true }, NOON)),
    );
    const settings = (await store.findSettings('bank')) ?? {};
    expect(saved).toContain(true);
    expect(Object.keys(settings).sort()).toEqual(names.filter((_, index) => saved[index]).sort());
  });

  it('have a workflow beside them, which is replaced as a whole', async () => {
    expect(await store.findWorkflow('shop')).toEqual([]);
    expect(await store.findWorkflow('unknown')).toBeUndefined();
    const settings = await store.findSettings('shop');
    const workflow: readonly RequestedStep[] = [
      { channel: 'http', waitSeconds: 20, until: 'read' },
      { channel: 'console' },
    ];
    expect(await store.updateWorkflow('shop', workflow, NOON)).toBe(true);
    // Also when nothing changes.
    expect(await store.updateWorkflow('shop', workflow, NOON)).toBe(true);
    expect(await store.findWorkflow('shop')).toEqual(workflow);
    expect(await store.findSettings('shop')).toEqual(settings);
    expect(await store.updateSettings('shop', { b: 1 }, NOON)).toBe(true);
    expect(await store.findWorkflow('shop')).toEqual(workflow);
    expect(await store.updateWorkflow('shop', null, NOON)).toBe(true);
    expect(await store.findWorkflow('shop')).toEqual([]);
    expect(await store.updateWorkflow('unknown', workflow, NOON)).toBe(false);
  });
});
