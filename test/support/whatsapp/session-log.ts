import type { SessionState } from '../../../src/domain/whatsapp/session.ts';
import type { Harness } from '../http/harness.ts';

/** One change of a session, as the log tells it. */
export type Step = {
  readonly at: Date;
  readonly state: SessionState;
  readonly reason: string | undefined;
  readonly attempt: number;
};

type Logged = Pick<Harness, 'logLines'>;
type Stored = Pick<Harness, 'database'>;

/** Every change of a session since the start, in order and without gaps. */
export function trailOf({ logLines }: Logged, sessionId: string): Step[] {
  return logLines
    .map((line) => JSON.parse(line))
    .filter((line) => 'state' in line && line.sessionId === sessionId)
    .map(({ time, state, reason, attempt }) => ({ at: new Date(time), state, reason, attempt }));
}

/** A trail in short: `backoff 2 (no_answer)`. */
export function inShort(steps: readonly Step[]): string[] {
  return steps.map(({ state, attempt, reason }) => {
    const count = attempt === 0 ? '' : ` ${attempt}`;
    return `${state}${count}${reason === undefined ? '' : ` (${reason})`}`;
  });
}

/** What the activity log has of a session's connections, oldest first. */
export async function readHistory({ database }: Stored, sessionId: string): Promise<string[]> {
  const rows = await database.statements.select(
    `SELECT "action", "status", "details" FROM "activity_logs"
     WHERE "sessionId" = $1 AND "action" IN ('qr_generate', 'qr_scan', 'connection_open', 'connection_close')
     ORDER BY "id"`,
    [sessionId],
  );
  return rows.map(({ action, status, details }) =>
    details === null ? `${action}: ${status}` : `${action}: ${status} (${details})`,
  );
}

/** How many rows of credentials a session has. */
export async function countCredentials({ database }: Stored, sessionId: string): Promise<number> {
  const [row] = await database.statements.select(
    `SELECT COUNT(*) AS "count" FROM "session_credentials" WHERE "sessionId" = $1`,
    [sessionId],
  );
  return Number(row?.['count']);
}

/** Whether the row of a session says that it is linked. */
export async function isMarkedLinked({ database }: Stored, sessionId: string): Promise<boolean> {
  const [row] = await database.statements.select(
    `SELECT "isLinked" FROM "sessions" WHERE "sessionId" = $1`,
    [sessionId],
  );
  return Number(row?.['isLinked']) === 1;
}
