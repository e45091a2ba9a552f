import type { GroupRole } from '../../../domain/conversations/account/group.ts';
import { nullable, primaryKey, string, time } from '../../columns.ts';
import { table } from '../../table.ts';

/** A member of a group: by number, or by `lid:` and a LID while the number is not known. */
export class GroupMember extends table('group_members', {
  sessionId: primaryKey(string(128)),
  groupId: primaryKey(string(64)),
  memberKey: primaryKey(string(64)),
  lid: nullable(string(20)),
  role: string<GroupRole>(8),
  createdAt: time,
}) {}
