import { type SessionState, toSessionStatus } from '../../../src/domain/whatsapp/session.ts';
import type { Database } from '../../../src/storage/database.ts';

type NewSession = {
  readonly accountId?: string;
  readonly sessionId: string;
  readonly state: SessionState;
};

const CREATED_AT = new Date('2026-03-01T23:59:59.999Z');

/** Rows of sessions that no node hosts, in this order. */
export async function insertSessions(
  { models }: Pick<Database, 'models'>,
  sessions: readonly NewSession[],
): Promise<void> {
  const times = { createdAt: CREATED_AT, updatedAt: CREATED_AT };
  const rows = sessions.map(({ accountId = 'default', sessionId, state }) => {
    const status = toSessionStatus(state);
    return { accountId, sessionId, state, status, ...times };
  });
  const accounts = new Set(rows.map(({ accountId }) => accountId));
  for (const accountId of accounts) await models.Account.ensure(accountId, CREATED_AT);
  await models.Session.insertRows(rows);
}
