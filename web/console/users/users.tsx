import { useState } from 'preact/hooks';
import { Badge } from '../../components/badge.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Empty } from '../../components/empty.tsx';
import { Icon } from '../../components/icon.tsx';
import { ListCard } from '../../components/lists/list-card.tsx';
import { Table } from '../../components/lists/table.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useLatest } from '../../hooks/use-latest.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import { useMe } from '../../lib/permissions.ts';
import { useQuery } from '../../lib/router.ts';
import type { User } from '../../lib/types.ts';
import { Link } from '../layout/link.tsx';
import { Page } from '../layout/page.tsx';
import { NewPerson } from './new-user.tsx';
import { UserDialog } from './user-dialog.tsx';

/** The users, for operators. */
export function People() {
  const { t } = useWords();
  const { me } = useMe();
  const [isMaking, setMaking] = useState(false);
  const [query, setQuery] = useQuery({ user: '' });
  const { list, failure, more, reload } = useLatest<User>('/api/users');
  const begin = me.isOperator && (
    <button type="button" class="button primary" onClick={() => setMaking(true)}>
      <Icon name="plus" />
      {t('people.new')}
    </button>
  );
  const open = list?.items.find(({ id }) => String(id) === query.user);
  const onClose = () => setQuery({ user: '' });
  const onDone = () => {
    onClose();
    reload();
  };
  return (
    <Page title={t('people.title')} lead={t('people.lead')} actions={begin}>
      <ListCard
        {...{ items: list?.items, failure, reload, next: list?.nextCursor ?? null, onMore: more }}
        textsOf={({ name, email, role, accountId }) => [name, email, role, accountId]}
        empty={
          <Empty icon="people" title={t('people.empty')} text={t('people.empty.text')}>
            {begin}
          </Empty>
        }
      >
        {(people) => <UserTable people={people} onChange={reload} />}
      </ListCard>
      {open && <UserDialog key={open.id} user={open} {...{ onClose, onDone }} />}
      {isMaking && <NewPerson onClose={() => setMaking(false)} onMade={reload} />}
    </Page>
  );
}

type TableProps = { readonly people: readonly User[]; readonly onChange: () => void };

function UserTable({ people, onChange }: TableProps) {
  const { t } = useWords();
  return (
    <Table
      caption={t('people.title')}
      columns={[
        { title: t('people.name') },
        { title: t('people.role'), class: 'hide-narrow' },
        { title: t('people.lastLogin'), class: 'hide-narrow' },
        { title: t('people.state') },
        { title: t('keys.actions'), isHidden: true },
      ]}
    >
      {people.map((person) => (
        <Row person={person} onChange={onChange} key={person.id} />
      ))}
    </Table>
  );
}

type RowProps = { readonly person: User; readonly onChange: () => void };

function Row({ person, onChange }: RowProps) {
  const { t, format } = useWords();
  const { isActive, role, accountId, mustChangePassword } = person;
  const { me } = useMe();
  const isOwn = me.kind === 'user' && person.id === me.id;
  return (
    <tr>
      <td>
        {isOwn ? (
          <div class="strong break">{person.name}</div>
        ) : (
          <Link class="row-link break" to={`/users?user=${person.id}`}>
            {person.name}
          </Link>
        )}
        <div class="soft small break">{person.email}</div>
      </td>
      <td class="hide-narrow small">
        {t(role === 'ADMIN' ? 'people.admin' : 'people.user')}
        <div class="soft">{accountId}</div>
      </td>
      <td class="hide-narrow nowrap">
        {person.lastLoginAt ? format.moment(person.lastLoginAt) : t('say.never')}
      </td>
      <td>
        <Badge
          tone={isActive ? 'good' : 'plain'}
          icon={isActive ? 'check' : 'cross'}
          text={t(isActive ? 'people.active' : 'people.inactive')}
        />
        {mustChangePassword && <div class="soft small">{t('people.temporary')}</div>}
      </td>
      <td>
        {isOwn ? (
          <div class="actions end soft">{t('people.you')}</div>
        ) : (
          <Change person={person} onChange={onChange} />
        )}
      </td>
    </tr>
  );
}

/** Activates a user, or deactivates one after a confirmation. */
function Change({ person, onChange }: RowProps) {
  const { t } = useWords();
  const [isAsking, setAsking] = useState(false);
  const { id, isActive, name } = person;
  const set = (next: boolean) =>
    api(`/api/users/${id}`, { method: 'PATCH', body: { isActive: next } });
  const { run, isBusy, failure } = useAction(() => set(true), onChange);
  const verb = t(isActive ? 'people.deactivate' : 'people.activate');
  return (
    <>
      <FailureNotice of={failure} />
      <div class="actions end">
        <button
          type="button"
          class="button compact"
          aria-label={`${verb}: ${name}`}
          disabled={isBusy}
          onClick={() => (isActive ? setAsking(true) : run())}
        >
          {verb}
        </button>
      </div>
      {isAsking && (
        <Confirm
          title={t('people.deactivate.title', { name })}
          text={t('people.deactivate.text')}
          verb={verb}
          act={() => set(false)}
          onDone={() => {
            setAsking(false);
            onChange();
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
