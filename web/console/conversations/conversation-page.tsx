import type { ComponentChildren } from 'preact';
import { Card } from '../../components/card.tsx';
import { Empty } from '../../components/empty.tsx';
import { useData } from '../../hooks/use-data.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import { useMe } from '../../lib/permissions.ts';
import type { Session } from '../../lib/types.ts';
import { Link } from '../layout/link.tsx';
import { Gate, Page } from '../layout/page.tsx';

type Section = 'chats' | 'groups' | 'status';

const PATHS: Readonly<Record<Section, string>> = {
  chats: 'chats',
  groups: 'groups',
  status: 'status-posts',
};

type Props = {
  readonly id: string;
  readonly current: Section;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
};

export function sessionPath(id: string): string {
  return `/sessions/${encodeURIComponent(id)}`;
}

/** The frame of the pages about the conversations of a session. */
export function ConversationPage({ id, current, actions, children }: Props) {
  const { t } = useWords();
  const above = (
    <Link to={sessionPath(id)} class="small">
      {t('chats.back', { name: id })}
    </Link>
  );
  return (
    <Page title={t('chats.title')} above={above} actions={actions}>
      <Gate scopes={['messages:read']}>
        <nav class="tabs" aria-label={t('chats.sections')}>
          {(Object.keys(PATHS) as Section[]).map((section) => (
            <Link
              key={section}
              to={`${sessionPath(id)}/${PATHS[section]}`}
              class="tab"
              isCurrent={section === current}
            >
              {t(`chats.${section}`)}
            </Link>
          ))}
        </nav>
        <Stored id={id}>{children}</Stored>
      </Gate>
    </Page>
  );
}

/** Explains an empty page of a session that stores nothing. Callers who cannot read the session see the empty page. */
function Stored({ id, children }: Pick<Props, 'id' | 'children'>) {
  const { t } = useWords();
  const { may } = useMe();
  const mayRead = may('sessions:manage', 'analytics:read');
  const { data } = useData(
    async () => (mayRead ? api<Session>(`/api${sessionPath(id)}`) : undefined),
    { of: [id] },
  );
  if (data?.store !== 'none') return <>{children}</>;
  return (
    <Card>
      <Empty icon="chats" title={t('chats.off')} text={t('chats.off.text')}>
        <Link to={sessionPath(id)} class="button">
          {t('chats.off.open')}
        </Link>
      </Empty>
    </Card>
  );
}
