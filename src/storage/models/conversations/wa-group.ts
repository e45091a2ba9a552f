import type { GroupRole } from '../../../domain/conversations/account/group.ts';
import {
  boolean,
  integer,
  nullable,
  serial,
  string,
  text,
  time,
  uniqueTogether,
  withDefault,
} from '../../columns.ts';
import { table } from '../../table.ts';

const KEY = 'wa_groups_key';

/** A group of a session that stores its conversations. `groups` is a reserved word. */
export class WaGroup extends table('wa_groups', {
  id: serial,
  accountId: string(36),
  sessionId: uniqueTogether(string(128), KEY),
  groupId: uniqueTogether(string(64), KEY),
  // NULL if only headers are stored.
  sealedSubject: nullable(text),
  sealedDescription: nullable(text),
  ownerKey: nullable(string(64)),
  isAnnouncement: withDefault(boolean, false),
  isLocked: withDefault(boolean, false),
  memberCount: withDefault(integer, 0),
  // NULL if the session is no longer a member.
  myRole: nullable(string<GroupRole>(8)),
  foundedAt: nullable(time),
  fetchedAt: time,
  createdAt: time,
  updatedAt: time,
}) {}
