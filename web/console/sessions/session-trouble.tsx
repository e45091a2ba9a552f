import { Notice } from '../../components/notice.tsx';
import { useWords } from '../../i18n/i18n.tsx';
import type { Session, SessionState } from '../../lib/types.ts';

/** States in which a session sends nothing until someone does something about it. */
const ENDED: ReadonlySet<SessionState> = new Set([
  'replaced',
  'logged_out',
  'banned',
  'outdated',
  'failed',
]);

/** Says, above everything else, that a session cannot send, and why. */
export function SessionTrouble({ session }: { readonly session: Session }) {
  const { t, name } = useWords();
  const { state, reason } = session;
  if (!ENDED.has(state)) return null;
  const why = reason ? name('reason', reason) : name('state', state);
  return <Notice tone="bad">{t('session.ended', { reason: why })}</Notice>;
}
