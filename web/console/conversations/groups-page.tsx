import { Card } from '../../components/card.tsx';
import { Empty, Skeleton } from '../../components/empty.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { useData } from '../../hooks/use-data.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { Link } from '../layout/link.tsx';
import { ConversationPage, sessionPath } from './conversation-page.tsx';
import { type Group, listGroups } from './groups.ts';

const EVERY_MS = 15_000;

/** The groups that a session belongs to. */
export function GroupsPage({ id }: { readonly id: string }) {
  return (
    <ConversationPage id={id} current="groups">
      <List id={id} />
    </ConversationPage>
  );
}

function List({ id }: { readonly id: string }) {
  const { t } = useWords();
  const { data, failure, reload } = useData(() => listGroups(`/api${sessionPath(id)}`), {
    ...{ everyMs: EVERY_MS, of: [id] },
  });
  return (
    <>
      <FailureNotice of={failure} retry={reload} />
      {(data || !failure) && (
        <Card isFlush>
          {!data && <Skeleton />}
          {data?.length === 0 && (
            <Empty icon="people" title={t('groups.empty')} text={t('groups.empty.text')} />
          )}
          {data && data.length > 0 && (
            <ul class="list">
              {data.map((group) => (
                <Row key={group.group} id={id} group={group} />
              ))}
            </ul>
          )}
        </Card>
      )}
    </>
  );
}

/** Subject and description are untrusted: an admin of the group wrote them. */
function Row({ id, group }: { readonly id: string; readonly group: Group }) {
  const { t, format } = useWords();
  const count = format.number(group.memberCount);
  return (
    <li>
      <div class="row">
        <Link class="row-link" to={`${sessionPath(id)}/chats/${encodeURIComponent(group.group)}`}>
          <bdi class="break">{group.subject || t('groups.noName')}</bdi>
        </Link>
        {group.description && (
          <p class="soft small foreign clipped" dir="auto">
            {group.description}
          </p>
        )}
      </div>
      <span class="soft small nowrap">{t('groups.members', { count })}</span>
    </li>
  );
}
