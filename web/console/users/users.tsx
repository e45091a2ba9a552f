import { useState } from 'preact/hooks';
import { Badge } from '../../components/badge.tsx';
import { Card } from '../../components/card.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Empty, Skeleton } from '../../components/empty.tsx';
import { Icon } from '../../components/icon.tsx';
import { More } from '../../components/load-more.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { usePages } from '../../hooks/use-pages.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import { useMe } from '../../lib/permissions.ts';
import type { User } from '../../lib/types.ts';
import { Page } from '../layout/page.tsx';
import { NewPerson } from './new-user.tsx';

/** The users, for operators. */
export function People() {
  const { t } = useWords();
  const { me } = useMe();
  const [isMaking, setMaking] = useState(false);
  const { items, next, isLoaded, failure, more, reload } = usePages<User>({
    path: '/api/users',
    query: {},
    idOf: ({ id }) => String(id),
    everyMs: 0,
  });
  const begin = me.isOperator && (
    <button type="button" class="button primary" onClick={() => setMaking(true)}>
      <Icon name="plus" />
      {t('people.new')}
    </button>
  );
  return (
    <Page title={t('people.title')} lead={t('people.lead')} actions={begin}>
      <FailureNotice of={failure} retry={reload} />
      {(isLoaded || !failure) && (
        <Card isFlush>
          {!isLoaded && <Skeleton />}
          {isLoaded && items.length === 0 && (
            <Empty icon="people" title={t('people.empty')} text={t('people.empty.text')}>
              {begin}
            </Empty>
          )}
          {items.length > 0 && <Table people={items} onChange={reload} />}
          <More next={next} onMore={more} />
        </Card>
      )}
      {isMaking && (
        <NewPerson
          onClose={() => setMaking(false)}
          onMade={() => {
            setMaking(false);
            reload();
          }}
        />
      )}
    </Page>
  );
}

type TableProps = { readonly people: readonly User[]; readonly onChange: () => void };

function Table({ people, onChange }: TableProps) {
  const { t } = useWords();
  return (
    <div class="table-wrap">
      <table>
        <caption class="visually-hidden">{t('people.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('people.name')}</th>
            <th scope="col" class="hide-narrow">
              {t('people.role')}
            </th>
            <th scope="col" class="hide-narrow">
              {t('people.lastLogin')}
            </th>
            <th scope="col">{t('people.state')}</th>
            <th scope="col">
              <span class="visually-hidden">{t('keys.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {people.map((person) => (
            <Row person={person} onChange={onChange} key={person.id} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

type RowProps = { readonly person: User; readonly onChange: () => void };

function Row({ person, onChange }: RowProps) {
  const { t, format } = useWords();
  const { isActive, role, accountId } = person;
  const { me } = useMe();
  return (
    <tr>
      <td>
        <div class="strong break">{person.name}</div>
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
      </td>
      <td>
        {me.kind === 'user' && person.id === me.id ? (
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
