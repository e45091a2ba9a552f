import type { GroupRole } from '../../../domain/conversations/account/group.ts';
import type { StoreLevel } from '../../../domain/conversations/session-settings.ts';
import type { Database } from '../../database.ts';
import { GroupMember } from '../../models/conversations/group-member.ts';
import { WaGroup } from '../../models/conversations/wa-group.ts';
import { chunk, placeholders, type Step, whereAll } from '../../statement.ts';
import type { AttributesOf, NewRowOf, RowOf } from '../../table.ts';
import { type AddressedEvent, toEventSteps } from '../../webhooks/event-steps.ts';
import { guardLevel, type SeenLid, type SessionRef, upsertLids } from '../batch-steps.ts';

export type StoredGroup = RowOf<typeof WaGroup>;
export type StoredMember = RowOf<typeof GroupMember>;
export type NewGroup = NewRowOf<typeof WaGroup>;

/** A member to store. `keys` are all keys under which rows may have the person, the first one is the best. */
export type NewMember = {
  readonly keys: readonly string[];
  readonly lid: string | undefined;
  readonly role: GroupRole;
};

/** Values to set. An undefined one stays. */
export type GroupValues = Partial<
  Pick<
    AttributesOf<typeof WaGroup>,
    'sealedSubject' | 'sealedDescription' | 'isAnnouncement' | 'isLocked' | 'myRole'
  >
>;

/** What is written beside a change, all or nothing. */
type Beside = {
  readonly session: SessionRef;
  /** What the session stores. Nothing is written if that has changed. */
  readonly level: StoreLevel;
  readonly events: readonly AddressedEvent[];
  readonly lids: readonly SeenLid[];
};

/** A stored group, and what changes of its own row. */
type Target = Beside & { readonly groupId: string; readonly values: GroupValues };

const MEMBERS_AT_ONCE = 500;

export type GroupStore = ReturnType<typeof createGroupStore>;

/** Stores the groups of sessions, and who is in them. */
export function createGroupStore({ statements, syntax }: Database) {
  const { select, change, transact } = statements;

  /** Stores a group as it is now. False if the session no longer stores so much. */
  function saveWhole(
    group: NewGroup,
    members: readonly NewMember[],
    beside: Beside,
    now: Date,
  ): Promise<boolean> {
    const { sessionId, groupId } = group;
    const { sql, values } = WaGroup.insertion(group);
    const kept = ['id', 'accountId', 'sessionId', 'groupId', 'createdAt'];
    const set = Object.keys(group).filter((name) => !kept.includes(name));
    const update = syntax.replaceExisting(['sessionId', 'groupId'], set);
    return transact([
      guardLevel(beside.session, beside.level),
      { sql: `${sql} ${update}`, values },
      removeMembers(sessionId, groupId),
      ...insertMembers(group, members, now),
      ...toBesideSteps(beside, now),
    ]);
  }

  /** Changes a group. False if it is not stored, or the session no longer stores so much. */
  function saveValues(target: Target, now: Date): Promise<boolean> {
    return transact([...toGuards(target, now), ...toBesideSteps(target, now)]);
  }

  /** Adds members, or gives them another role. False as `saveValues`. */
  function saveMembers(target: Target, members: readonly NewMember[], now: Date): Promise<boolean> {
    const { groupId, session } = target;
    const { sessionId } = session;
    const keys = members.flatMap((member) => member.keys);
    return transact([
      ...toGuards(target, now),
      removeMembers(sessionId, groupId, keys),
      ...insertMembers({ sessionId, groupId }, members, now),
      recount(sessionId, groupId),
      ...toBesideSteps(target, now),
    ]);
  }

  /** Removes members; all of them if undefined, because the session itself was removed. False as `saveValues`. */
  function deleteMembers(
    target: Target,
    members: readonly NewMember[] | undefined,
    now: Date,
  ): Promise<boolean> {
    const { groupId, session } = target;
    const { sessionId } = session;
    return transact([
      ...toGuards(target, now),
      removeMembers(
        sessionId,
        groupId,
        members?.flatMap((member) => member.keys),
      ),
      recount(sessionId, groupId),
      ...toBesideSteps(target, now),
    ]);
  }

  function toBesideSteps({ session, events, lids }: Beside, now: Date): Step[] {
    return [
      ...(lids.length > 0 ? [upsertLids(syntax, session, lids, now)] : []),
      ...toEventSteps(syntax, events, now),
    ];
  }

  /** Notes that the session is a member of these groups only. */
  async function keepOnly(
    sessionId: string,
    groupIds: readonly string[],
    now: Date,
  ): Promise<void> {
    const others =
      groupIds.length === 0 ? '' : `AND "groupId" NOT IN (${placeholders(groupIds.length, 3)})`;
    await change(
      `UPDATE "wa_groups" SET "myRole" = NULL, "updatedAt" = $1
       WHERE "sessionId" = $2 AND "myRole" IS NOT NULL ${others}`,
      [now, sessionId, ...groupIds],
    );
  }

  /** Lists the groups of which a session is a member, by ID; one more than the page holds if there are more. */
  async function list(
    sessionId: string,
    { limit, after }: { readonly limit: number; readonly after: string | undefined },
  ): Promise<StoredGroup[]> {
    const { where, values } = whereAll([
      ['"sessionId" =', sessionId],
      ['"groupId" >', after],
    ]);
    const rows = await select(
      `SELECT ${WaGroup.columns} FROM "wa_groups" ${where} AND "myRole" IS NOT NULL
       ORDER BY "groupId" LIMIT ${limit + 1}`,
      values,
    );
    return rows.map(WaGroup.decode);
  }

  /** Finds those of the groups that are stored. */
  async function findAll(sessionId: string, groupIds: readonly string[]): Promise<StoredGroup[]> {
    if (groupIds.length === 0) return [];
    const rows = await select(
      `SELECT ${WaGroup.columns} FROM "wa_groups"
       WHERE "sessionId" = $1 AND "groupId" IN (${placeholders(groupIds.length, 2)})`,
      [sessionId, ...groupIds],
    );
    return rows.map(WaGroup.decode);
  }

  async function listMembers(sessionId: string, groupId: string): Promise<StoredMember[]> {
    const rows = await select(
      `SELECT ${GroupMember.columns} FROM "group_members"
       WHERE "sessionId" = $1 AND "groupId" = $2 ORDER BY "memberKey"`,
      [sessionId, groupId],
    );
    return rows.map(GroupMember.decode);
  }

  /** Whether a person, by any of these keys, is an admin of a group. */
  async function isAdmin(
    sessionId: string,
    groupId: string,
    keys: readonly string[],
  ): Promise<boolean> {
    if (keys.length === 0) return false;
    const rows = await select(
      `SELECT "role" FROM "group_members" WHERE "sessionId" = $1 AND "groupId" = $2
       AND "memberKey" IN (${placeholders(keys.length, 3)}) AND "role" <> 'member'`,
      [sessionId, groupId, ...keys],
    );
    return rows.length > 0;
  }

  return {
    ...{ saveWhole, saveValues, saveMembers, deleteMembers, keepOnly },
    ...{ list, findAll, listMembers, isAdmin },
  };
}

/** Other transactions about the group wait here. */
function toGuards({ session, level, groupId, values }: Target, now: Date): Step[] {
  const { sessionId } = session;
  const assignment = WaGroup.assignment({ ...values, updatedAt: now }, 3);
  const update = {
    sql: `UPDATE "wa_groups" SET ${assignment.sets} WHERE "sessionId" = $1 AND "groupId" = $2`,
    values: [sessionId, groupId, ...assignment.values],
    expectedRows: 1,
  };
  return [guardLevel(session, level), update];
}

function insertMembers(
  { sessionId, groupId }: { readonly sessionId: string; readonly groupId: string },
  members: readonly NewMember[],
  now: Date,
): Step[] {
  const rows = new Map<string, NewRowOf<typeof GroupMember>>();
  for (const { keys, lid = null, role } of members) {
    const [memberKey = ''] = keys;
    rows.set(memberKey, { sessionId, groupId, memberKey, lid, role, createdAt: now });
  }
  return chunk([...rows.values()], MEMBERS_AT_ONCE).map((some) => GroupMember.insertion(...some));
}

/** Removes the members of a group with these keys; all of them if undefined. */
function removeMembers(sessionId: string, groupId: string, keys?: readonly string[]): Step {
  const which = keys ? `AND "memberKey" IN (${placeholders(keys.length, 3)})` : '';
  return {
    sql: `DELETE FROM "group_members" WHERE "sessionId" = $1 AND "groupId" = $2 ${which}`,
    values: [sessionId, groupId, ...(keys ?? [])],
  };
}

function recount(sessionId: string, groupId: string): Step {
  return {
    sql: `UPDATE "wa_groups" SET "memberCount" = (SELECT COUNT(*) FROM "group_members"
        WHERE "sessionId" = $1 AND "groupId" = $2) WHERE "sessionId" = $3 AND "groupId" = $4`,
    values: [sessionId, groupId, sessionId, groupId],
  };
}
