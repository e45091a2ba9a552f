import type { ComponentChildren } from 'preact';
import { secondsUntil, useNow } from '../../hooks/use-now.ts';
import { useWords } from '../../i18n/i18n.tsx';
import type { Session } from '../../lib/types.ts';

/** The details of a session. Its WhatsApp name is untrusted and only shown as text. */
export function SessionFacts({ session }: { readonly session: Session }) {
  const { t, name, format } = useWords();
  const now = useNow();
  const { nextTryAt, attempt, reason, errorMessage, queue } = session;
  const { contactsBlockedUntil, contactsBlockedBy } = session;
  const isOpen = session.state === 'open';
  const wait = nextTryAt ? secondsUntil(nextTryAt, now) : 0;
  const facts: readonly (readonly [string, ComponentChildren])[] = [
    [t('session.number'), session.phoneNumber],
    [t('session.profile'), session.name],
    [t('session.account'), session.accountId],
    [t('session.reason'), !isOpen && name('reason', reason)],
    [t('session.error'), !isOpen && errorMessage],
    [t('session.attempt'), !isOpen && attempt > 0 && format.number(attempt)],
    [t('session.nextTry'), nextTryAt && t('say.inSeconds', { count: wait })],
    [t('session.connected'), session.connectedAt && format.moment(session.connectedAt)],
    [t('session.created'), format.moment(session.createdAt)],
    [t('session.node'), t(session.keptHere ? 'session.here' : 'session.elsewhere')],
    [t('session.queue'), t('session.waiting', { count: format.number(queue.waiting) })],
    [
      t('session.blocked'),
      contactsBlockedUntil &&
        `${format.moment(contactsBlockedUntil)} · ${name('block', contactsBlockedBy)}`,
    ],
  ];
  return <Facts of={facts} />;
}

type Props = { readonly of: readonly (readonly [string, ComponentChildren])[] };

/** A list of names and values. Those without a value are left out. */
export function Facts({ of }: Props) {
  return (
    <dl class="facts">
      {of
        .filter(([, value]) => value)
        .map(([label, value]) => (
          <>
            <dt>{label}</dt>
            <dd class="break">{value}</dd>
          </>
        ))}
    </dl>
  );
}
