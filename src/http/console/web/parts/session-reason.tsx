import type { Session } from '../core/types.ts';
import { secondsUntil, useNow } from '../core/use-now.ts';
import { useWords } from '../words/words.tsx';

/** Why a session is not open, and when it tries again by itself. */
export function SessionReason({ session }: { readonly session: Session }) {
  const { t, name } = useWords();
  const now = useNow();
  const { reason, nextTryAt, state } = session;
  if (state === 'open' || (!reason && !nextTryAt)) return null;
  const seconds = nextTryAt ? secondsUntil(nextTryAt, now) : 0;
  const wait = seconds > 0 ? t('say.inSeconds', { count: seconds }) : t('say.now');
  return (
    <span class="soft small">
      {name('reason', reason)}
      {nextTryAt && ` · ${t('session.nextTry')}: ${wait}`}
    </span>
  );
}
