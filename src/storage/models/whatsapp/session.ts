import type { SessionUse, StoreLevel } from '../../../domain/conversations/session-settings.ts';
import type { DeviceInfo, SessionState, SessionStatus } from '../../../domain/whatsapp/session.ts';
import {
  boolean,
  integer,
  json,
  nullable,
  serial,
  string,
  text,
  time,
  unique,
  withDefault,
} from '../../columns.ts';
import { type RowOf, table } from '../../table.ts';
import type { Fence } from '../limits/lease.ts';

/** A WhatsApp number that is linked or will be. */
export class Session extends table('sessions', {
  id: serial,
  accountId: string(36),
  sessionId: unique(string(128)),
  userId: nullable(string(64)),
  userName: nullable(string(255)),
  userPhone: nullable(string(20)),
  isConnected: withDefault(boolean, false),
  lastSeen: nullable(time),
  qrGenerated: withDefault(boolean, false),
  connectedAt: nullable(time),
  disconnectedAt: nullable(time),
  deviceInfo: nullable(json<DeviceInfo>()),
  status: withDefault(string<SessionStatus>(10), 'inactive'),
  errorMessage: nullable(text),
  createdAt: time,
  updatedAt: time,
  state: withDefault(string<SessionState>(16), 'unlinked'),
  stateReason: nullable(string(255)),
  attempt: withDefault(integer, 0),
  nextTryAt: nullable(time),
  isLinked: withDefault(boolean, false),
  contactsBlockedUntil: nullable(time),
  contactsBlockedBy: nullable(string(255)),
  storeLevel: withDefault(string<StoreLevel>(10), 'none'),
  usedFor: withDefault(string<SessionUse>(16), 'passcodes'),
  // Separated by commas.
  ignoredChats: withDefault(string(64), 'groups,status,newsletters'),
  autoReplies: withDefault(boolean, false),
  // NULL for the built-in text.
  autoReplyText: nullable(text),
  metadata: nullable(json<Readonly<Record<string, string>>>()),
}) {
  static getBySessionId(sessionId: string): Promise<Session | null> {
    return this.findOne({ where: { sessionId } });
  }

  /** Saves the state of a connected session, if the lease of `fence` is held. */
  setConnected(progress: Progress, fence: Fence): Promise<void> {
    return this.saveProgress(progress, fence, BECOMES_OPEN);
  }

  /** Saves the state of a session without a connection, if the lease of `fence` is held. */
  setDisconnected(progress: Progress, fence: Fence): Promise<void> {
    return this.saveProgress(progress, fence, LEAVES_OPEN);
  }

  /** Runs one guarded UPDATE, which writes nothing without the lease. */
  private async saveProgress(progress: Progress, fence: Fence, change: string): Promise<void> {
    const { leaseName, owner, now } = fence;
    const { sets, values } = Session.assignment({ ...progress, updatedAt: now }, 6);
    const { statements } = this.constructor as typeof Session;
    await statements.change(
      `UPDATE "sessions" SET ${sets}, ${change}
       WHERE "sessionId" = $1 AND EXISTS (
         SELECT 1 FROM "leases" WHERE "name" = $3 AND "owner" = $4 AND "heldUntil" > $5)`,
      [this.sessionId, now, leaseName, owner, now.getTime(), ...values],
    );
  }
}

/** The columns that change with the connection. Undefined fields do not change. */
type Progress = Pick<RowOf<typeof Session>, 'state' | 'status' | 'attempt' | 'qrGenerated'> & {
  readonly [K in 'stateReason' | 'errorMessage' | 'userPhone' | 'userName' | 'userId']:
    | string
    | null
    | undefined;
} & { readonly nextTryAt: Date | null; readonly deviceInfo: DeviceInfo | undefined };

/**
 * Both read the old `isConnected`. MySQL assigns from left to right and sees earlier assignments, so
 * `isConnected` must come last.
 */
const BECOMES_OPEN = `"lastSeen" = $2,
  "connectedAt" = CASE WHEN "isConnected" THEN "connectedAt" ELSE $2 END, "isConnected" = TRUE`;
const LEAVES_OPEN = `"disconnectedAt" = CASE WHEN "isConnected" THEN $2 ELSE "disconnectedAt" END,
  "isConnected" = FALSE`;
