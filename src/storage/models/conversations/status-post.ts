import type { StatusPostState, StatusType } from '../../../domain/conversations/status-post.ts';
import { integer, nullable, serial, string, text, time, uniqueTogether } from '../../columns.ts';
import { table } from '../../table.ts';

const KEY = 'status_posts_key';

/** A status post of a session, for the day on which it is shown. */
export class StatusPost extends table('status_posts', {
  id: serial,
  accountId: string(36),
  sessionId: uniqueTogether(string(128), KEY),
  // The ID of its message.
  statusId: uniqueTogether(string(128), KEY),
  statusType: string<StatusType>(10),
  state: string<StatusPostState>(10),
  errorCode: nullable(string(32)),
  // NULL if the session stores no contents, and after it was revoked.
  sealedContent: nullable(text),
  // Who can see it: needed to revoke it.
  sealedAudience: text,
  secretVersion: string(16),
  mediaId: nullable(string(40)),
  audienceCount: integer,
  revokedAt: nullable(time),
  expiresAt: time,
  createdAt: time,
  updatedAt: time,
}) {}
