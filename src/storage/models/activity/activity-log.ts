import type { WhereOptions } from 'sequelize';
import type { ActivityAction } from '../../../domain/activity.ts';
import {
  boolean,
  integer,
  nullable,
  serial,
  string,
  text,
  time,
  withDefault,
} from '../../columns.ts';
import { type AttributesOf, type NewRowOf, type RowOf, type Selected, table } from '../../table.ts';

/** An entry of the activity log. */
export class ActivityLog extends table('activity_logs', {
  id: serial,
  accountId: string(36),
  sessionId: nullable(string(128)),
  action: string<ActivityAction>(32),
  messageType: nullable(string(32)),
  // The recipient that it is about: a number in E.164, or an email address.
  phoneNumber: nullable(string(254)),
  messageId: nullable(string(128)),
  status: withDefault(string<'success' | 'error' | 'pending'>(10), 'success'),
  details: nullable(text),
  errorMessage: nullable(text),
  // JSON of the request and the response.
  requestData: nullable(text),
  responseData: nullable(text),
  ipAddress: nullable(string(45)),
  userAgent: nullable(string(512)),
  // Whole milliseconds.
  duration: nullable(integer),
  createdAt: time,
  updatedAt: time,
  verificationId: nullable(string(64)),
  // When it is due for counting; NULL if it has been counted, or is never counted.
  countDue: nullable(time),
  // Whether a test key caused it.
  isTest: withDefault(boolean, false),
}) {
  /** Inserts an entry; it is durable when this resolves. */
  static async logActivity(row: NewActivityRow): Promise<void> {
    const { sql, values } = this.insertion(row);
    await this.statements.change(sql, values);
  }

  /** Finds the newest entries that meet a condition, of one session or of all. */
  static getSessionLogs(
    where: WhereOptions<AttributesOf<typeof ActivityLog>>,
    limit: number,
  ): Promise<RowOf<typeof ActivityLog>[]> {
    const order: [string, string][] = [
      ['createdAt', 'DESC'],
      ['id', 'DESC'],
    ];
    return this.findRows({ where, order, limit });
  }

  /** Finds the entries above the id `after` from which the message figures were counted, in order. */
  static async getMessageStats(
    { since, after }: { readonly since: Date; readonly after: number },
    limit: number,
  ): Promise<CountedRow[]> {
    const rows = await this.statements.select(
      `SELECT ${counted.columns} FROM "activity_logs"
       WHERE "id" > $1 AND "countDue" IS NULL AND "createdAt" >= $2
         AND "action" IN ('message_send', 'otp_relay', 'limit_hit') ORDER BY "id" LIMIT ${limit}`,
      [after, since],
    );
    return rows.map(counted.decode);
  }
}

export type NewActivityRow = NewRowOf<typeof ActivityLog>;

/** The columns that counting needs. */
export const counted = ActivityLog.pick(
  ...(['id', 'accountId', 'sessionId', 'action', 'status', 'createdAt', 'isTest'] as const),
);

type CountedRow = Selected<typeof counted>;
