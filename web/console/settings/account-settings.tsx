import { Card } from '../../components/card.tsx';
import { Empty } from '../../components/empty.tsx';
import { useAccount } from '../../hooks/use-account.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { useMe } from '../../lib/permissions.ts';
import { Link } from '../layout/link.tsx';
import { Page } from '../layout/page.tsx';
import { SenderCard } from './sender-card.tsx';
import { ServicesCard } from './services-card.tsx';
import { WorkflowCard } from './workflow-card.tsx';

/** The settings of an account: the caller's own, or the one that an operator has chosen. */
export function AccountSettings() {
  const { t } = useWords();
  const { me, may } = useMe();
  const { accountId } = useAccount();
  if (!me.isOperator && !may('keys:manage')) {
    return (
      <Page title={t('account.title')}>
        <Card>
          <Empty
            icon="shield"
            title={t('may.title')}
            text={t('may.text', { scope: 'keys:manage' })}
          />
        </Card>
      </Page>
    );
  }
  if (accountId === '') {
    return (
      <Page title={t('account.title')}>
        <Card>
          <Empty icon="people" title={t('account.none')} text={t('account.none.text')} />
        </Card>
      </Page>
    );
  }
  return (
    <Page title={t('account.title')} lead={t('account.lead', { id: accountId })}>
      <div class="columns" key={accountId}>
        <WorkflowCard accountId={accountId} />
        {me.isOperator ? (
          <SenderCard accountId={accountId} />
        ) : (
          <Card title={t('sender.title')}>
            <p>{t('sender.byOperator')}</p>
          </Card>
        )}
      </div>
      <ServicesCard />
      <Elsewhere />
    </Page>
  );
}

/** Settings that have pages of their own, and those of the whole installation. */
function Elsewhere() {
  const { t } = useWords();
  const { may, managesWebhooks } = useMe();
  const links = [
    ...(may('keys:manage') ? [['/templates', 'account.templates'] as const] : []),
    ...(managesWebhooks ? [['/webhooks', 'account.webhooks'] as const] : []),
    ...(managesWebhooks ? [['/hooks', 'account.hooks'] as const] : []),
  ];
  return (
    <Card title={t('account.elsewhere')}>
      {links.length > 0 && (
        <ul class="stack tight">
          {links.map(([path, word]) => (
            <li key={path}>
              <Link to={path}>{t(word)}</Link>
            </li>
          ))}
        </ul>
      )}
      <p class="soft small">{t('account.installation')}</p>
    </Card>
  );
}
