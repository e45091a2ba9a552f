import { hasSessions } from '../../channels/registry.ts';
import { isEnded, type SessionState } from '../../domain/whatsapp/session.ts';
import { explainSessionReason } from '../../domain/whatsapp/session-reason.ts';
import type { Database } from '../../storage/database.ts';
import { createSessionStore } from '../../storage/whatsapp/session-store.ts';
import type { DoctorContext } from './context.ts';
import { error, type Finding, note, ok, warning } from './finding.ts';

const CHECK = 'whatsapp.sessions';

/** More are not listed one by one. */
const MOST = 200;

const NEXT: Partial<Record<SessionState, string>> = {
  replaced: 'Stop the other client, then restart the session in the console',
  logged_out: 'Link the number again in the console',
  banned: 'Use another number, or appeal in the WhatsApp app on the phone',
  outdated: 'Update Waverify, or raise WHATSAPP_VERSION; then restart the session',
};
const READ_REASON = 'Fix the reason, then restart the session in the console (docs/whatsapp.md)';

/** Checks the WhatsApp numbers, as far as their nodes have stored their states. */
export async function examineSessions(
  { config, now }: DoctorContext,
  database: Database,
): Promise<Finding[]> {
  const isUsed = config.channels.enabled.some(({ name }) => hasSessions(name));
  const sessions = createSessionStore(database);
  const page = { limit: MOST, after: undefined };
  const { items, next } = await sessions.list({ accountId: undefined }, page, now());
  const linked = items.filter(({ isLinked }) => isLinked);
  const findings = items.map(examineSession);
  if (next !== undefined) findings.push(note(CHECK, `Only the first ${MOST} sessions are listed`));
  if (isUsed && linked.length === 0) {
    const message = 'The channel whatsapp is enabled, and no number is linked';
    findings.push(error(CHECK, message, 'Link a number in the console (docs/getting-started.md)'));
  }
  return findings;
}

type Listed = Awaited<ReturnType<ReturnType<typeof createSessionStore>['list']>>['items'][number];

function examineSession(session: Listed): Finding {
  const { sessionId, state, stateReason: reason, errorMessage, isHosted } = session;
  const why = explainSessionReason({ reason, errorMessage });
  const message = `${sessionId} is ${state}${why === undefined ? '' : `: ${why}`}`;
  if (isEnded(state)) return error(CHECK, message, NEXT[state] ?? READ_REASON);
  if (state === 'unlinked' || state === 'stopped') return note(CHECK, message);
  if (state !== 'open') {
    return warning(CHECK, message, 'Wait for a minute. If it stays like this, read the log');
  }
  if (isHosted) return ok(CHECK, message);
  return warning(CHECK, `${message}, and no node hosts it`, 'Start a node');
}
