import { primaryKey, string, time } from '../../columns.ts';
import { table } from '../../table.ts';

/** The row that is locked while the sessions of an account are counted. */
export class SessionQuota extends table('session_quotas', {
  accountId: primaryKey(string(64)),
  createdAt: time,
}) {}
