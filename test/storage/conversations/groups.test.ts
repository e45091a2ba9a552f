import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  createGroupStore,
  type GroupStore,
  type NewMember,
} from '../../../src/storage/conversations/account/group-store.ts';
import {
  createPersonStore,
  type PersonStore,
} from '../../../src/storage/conversations/account/person-store.ts';
import { createEraseStore } from '../../../src/storage/conversations/erase-store.ts';
import type { Row } from '../../../src/storage/statement.ts';
import { createSessionStore } from '../../../src/storage/whatsapp/session-store.ts';
import { ALICE, BOB } from '../../support/conversations/messages.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';

const SESSION = { sessionId: 'shop', accountId: 'default' } as const;
const GROUP = '120363000000000001@g.us';
const HIDDEN = `lid:${ALICE.lid}`;

const [FIRST, LATER] = [new Date('2026-11-30T10:00:00.000Z'), new Date('2026-11-30T11:00:00.000Z')];

const hidden: NewMember = { keys: [HIDDEN], lid: ALICE.lid, role: 'admin' };
const named: NewMember = {
  keys: [ALICE.phoneNumber, HIDDEN],
  lid: ALICE.lid,
  role: 'member',
};
const bob: NewMember = { keys: [BOB.phoneNumber], lid: undefined, role: 'owner' };

onEveryDatabase('the groups of a session, on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let groups: GroupStore;
  let people: PersonStore;

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    groups = createGroupStore(migrated.database);
    people = createPersonStore(migrated.database);
    const sessions = createSessionStore(migrated.database);
    await migrated.database.models.Account.ensure(SESSION.accountId, FIRST);
    await sessions.create(SESSION, FIRST);
  });
  beforeEach(async () => {
    await createEraseStore(migrated.database).eraseSession(SESSION.sessionId, 100);
    await change(`UPDATE "sessions" SET "storeLevel" = 'content'`);
  });
  afterAll(() => migrated.close());

  const change = (sql: string, values: (string | number | Date | null)[] = []) =>
    migrated.database.statements.change(sql, values);
  const rows = (table: string): Promise<Row[]> =>
    migrated.database.statements.select(`SELECT * FROM "${table}"`, []);

  const beside = { session: SESSION, level: 'content', events: [], lids: [] } as const;
  const target = { ...beside, groupId: GROUP, values: {} };

  const save = (members: readonly NewMember[], level: 'headers' | 'content' = 'content') =>
    groups.saveWhole(
      {
        ...{ ...SESSION, groupId: GROUP, memberCount: members.length, myRole: 'member' },
        ...{ fetchedAt: FIRST, createdAt: FIRST, updatedAt: FIRST },
      },
      members,
      { ...beside, level },
      FIRST,
    );

  it('are written unless the session stores less meanwhile', async () => {
    expect(await save([bob], 'headers')).toBe(false);
    expect(await rows('wa_groups')).toEqual([]);
    expect(await save([bob])).toBe(true);
    expect(await groups.saveValues({ ...target, values: { isLocked: true } }, LATER)).toBe(true);
    const unknown = { ...target, groupId: '120363000000000002@g.us' };
    expect(await groups.saveMembers(unknown, [bob], LATER)).toBe(false);
    expect(await rows('group_members')).toHaveLength(1);
  });

  it('have one member for a person, by LID or by number, however many callers add it', async () => {
    await save([hidden]);
    const writes = Array.from({ length: 8 }, () => groups.saveMembers(target, [named, bob], LATER));
    expect(new Set(await Promise.all(writes))).toEqual(new Set([true]));
    const members = await groups.listMembers(SESSION.sessionId, GROUP);
    expect(members.map(({ memberKey, role }) => [memberKey, role]).sort()).toEqual([
      [ALICE.phoneNumber, 'member'],
      [BOB.phoneNumber, 'owner'],
    ]);
    const [group] = await groups.findAll(SESSION.sessionId, [GROUP]);
    expect(group).toMatchObject({ memberCount: 2 });
    expect(await groups.isAdmin(SESSION.sessionId, GROUP, [BOB.phoneNumber])).toBe(true);
    expect(await groups.isAdmin(SESSION.sessionId, GROUP, [ALICE.phoneNumber])).toBe(false);
  });

  it('end for the session when it is removed, and when another list says so', async () => {
    await save([bob, named]);
    await groups.deleteMembers({ ...target, values: { myRole: null } }, undefined, LATER);
    expect(await rows('group_members')).toEqual([]);
    const page = { limit: 10, after: undefined };
    expect(await groups.list(SESSION.sessionId, page)).toEqual([]);
    await save([bob]);
    await groups.keepOnly(SESSION.sessionId, [GROUP], LATER);
    expect(await groups.list(SESSION.sessionId, page)).toHaveLength(1);
    await groups.keepOnly(SESSION.sessionId, [], LATER);
    expect(await groups.list(SESSION.sessionId, page)).toEqual([]);
  });

  it('are deleted when nothing has happened in them for long', async () => {
    const erase = createEraseStore(migrated.database);
    await save([bob]);
    expect(await erase.pruneGroups(FIRST, 10)).toBe(0);
    expect(await erase.pruneGroups(LATER, 10)).toBe(1);
    expect([...(await rows('wa_groups')), ...(await rows('group_members'))]).toEqual([]);
  });

  /** A reaction, a receipt and a membership of the same person under both keys. */
  async function addTwice(): Promise<void> {
    await save([hidden, bob]);
    await change(
      `INSERT INTO "group_members" ("sessionId", "groupId", "memberKey", "role", "createdAt")
       VALUES ('shop', $1, $2, 'member', $3)`,
      [GROUP, ALICE.phoneNumber, LATER],
    );
    const react = (authorKey: string, emoji: string, at: Date) =>
      change(
        `INSERT INTO "reactions" ("messageRow", "authorKey", "sessionId", "messageId", "sealedEmoji",
           "reactedAt") VALUES (7, $1, 'shop', 'M1', $2, $3)`,
        [authorKey, emoji, at],
      );
    await react(ALICE.phoneNumber, 'first', FIRST);
    await react(HIDDEN, 'later', LATER);
    const receive = (participantKey: string, deliveredAt: Date, readAt: Date | null) =>
      change(
        `INSERT INTO "message_receipts" ("sessionId", "messageId", "participantKey", "chatKey",
           "deliveredAt", "readAt", "createdAt") VALUES ('shop', 'M1', $1, $2, $3, $4, $5)`,
        [participantKey, GROUP, deliveredAt, readAt, FIRST],
      );
    await receive(ALICE.phoneNumber, LATER, LATER);
    await receive(HIDDEN, FIRST, null);
  }

  it('merge what a person has under the LID and under the number, for any number of callers', async () => {
    await addTwice();
    await Promise.all(Array.from({ length: 8 }, () => people.merge(SESSION, [ALICE, BOB])));
    const members = await groups.listMembers(SESSION.sessionId, GROUP);
    expect(members.map(({ memberKey, lid }) => [memberKey, lid])).toEqual([
      [ALICE.phoneNumber, ALICE.lid],
      [BOB.phoneNumber, undefined],
    ]);
    const reactions = await rows('reactions');
    expect(reactions).toHaveLength(1);
    expect(reactions[0]).toMatchObject({ authorKey: ALICE.phoneNumber, sealedEmoji: 'later' });
    const receipts = await rows('message_receipts');
    expect(receipts).toHaveLength(1);
    const toTime = (value: unknown) => new Date(String(value).replace(' +00:00', 'Z')).getTime();
    const [{ deliveredAt, readAt }] = receipts as [Row];
    const times = [deliveredAt, readAt].map((time) =>
      time instanceof Date ? time.getTime() : toTime(String(time).replace(' ', 'T')),
    );
    expect(times).toEqual([FIRST.getTime(), LATER.getTime()]);
  });
});
