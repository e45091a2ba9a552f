import { secondsUntil, useNow } from '../../hooks/use-now.ts';
import { useWords } from '../../i18n/i18n.tsx';
import type { Session } from '../../lib/types.ts';

/** Why a session is not open, and when it reconnects. */
export function SessionReason({ session }: { readonly session: Session }) {
  const { t, name } = useWords();
  const now = useNow();
  const { reason, errorMessage, nextTryAt, state } = session;
  if (state === 'open' || (!reason && !nextTryAt)) return null;
  const seconds = nextTryAt ? secondsUntil(nextTryAt, now) : 0;
  const wait = seconds > 0 ? t('say.inSeconds', { count: seconds }) : t('say.now');
  return (
    <span class="soft small">
      {name('reason', reason)}
      {errorMessage && `: ${errorMessage}`}
      {nextTryAt && ` · ${t('session.nextTry')}: ${wait}`}
    </span>
  );
}
