import { Notice } from '../../components/notice.tsx';
import { useReadiness } from '../../hooks/use-readiness.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { useMe } from '../../lib/permissions.ts';
import { Link } from './link.tsx';

/** Says on every page that no code can be sent, while that is so. */
export function SendingBanner() {
  const { t } = useWords();
  const { may } = useMe();
  const readiness = useReadiness();
  if (!readiness || readiness.canSend) return null;
  const used = readiness.channels.filter(({ isUsed }) => isUsed);
  const lacksSession = used.some(({ reason }) => reason === 'no_session');
  const link = lacksSession && may('sessions:manage') && (
    <Link to="/sessions" class="button compact">
      {t('sending.link')}
    </Link>
  );
  return (
    <Notice tone="bad" beside={link}>
      <strong>{t('sending.none')}</strong>{' '}
      {t(lacksSession ? 'sending.noSession' : 'sending.noChannel')}
    </Notice>
  );
}
