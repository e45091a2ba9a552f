import { Card } from '../../components/card.tsx';
import { useData } from '../../hooks/use-data.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import { seesAllAccounts, useMe } from '../../lib/permissions.ts';
import type { Page, User } from '../../lib/types.ts';
import { Link } from '../layout/link.tsx';

/** Leads an operator of a new installation to a user who can send codes, while there is none. */
export function OperatorStart() {
  const { t } = useWords();
  const { me } = useMe();
  const isAsked = seesAllAccounts(me);
  const query = { role: 'USER', limit: 1 };
  const { data } = useData(async () =>
    isAsked ? api<Page<User>>('/api/users', { query }) : undefined,
  );
  if (data?.items.length !== 0) return null;
  return (
    <Card title={t('start.operator')}>
      <p>{t('start.operator.text')}</p>
      <div>
        <Link to="/users" class="button primary">
          {t('start.operator.do')}
        </Link>
      </div>
    </Card>
  );
}
