import { useState } from 'preact/hooks';
import { StateBadge } from '../../components/badge.tsx';
import { Dialog, DialogActions } from '../../components/dialog.tsx';
import { Empty } from '../../components/empty.tsx';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { Icon } from '../../components/icon.tsx';
import { ListCard } from '../../components/lists/list-card.tsx';
import { Table } from '../../components/lists/table.tsx';
import { FailureNotice, Notice } from '../../components/notice.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useSessionList } from '../../hooks/use-session-list.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import { useMe } from '../../lib/permissions.ts';
import { navigate } from '../../lib/router.ts';
import type { Session, SessionRef } from '../../lib/types.ts';
import { Link } from '../layout/link.tsx';
import { Gate, Page } from '../layout/page.tsx';
import { SessionReason } from './session-reason.tsx';

/** The sessions, page by page, and a form to create one. */
export function Sessions() {
  const { t } = useWords();
  const { may } = useMe();
  const [isMaking, setMaking] = useState(false);
  const begin = may('sessions:manage') && (
    <button type="button" class="button primary" onClick={() => setMaking(true)}>
      <Icon name="plus" />
      {t('session.new')}
    </button>
  );
  return (
    <Page title={t('session.title')} lead={t('session.lead')} actions={begin}>
      <Gate scopes={['sessions:manage', 'analytics:read']}>
        <List onNew={() => setMaking(true)} />
      </Gate>
      {isMaking && <NewSession onClose={() => setMaking(false)} />}
    </Page>
  );
}

/** How many sessions are shown at first, and added with each press of the button. */
const PAGE = 50;

function List({ onNew }: { readonly onNew: () => void }) {
  const { t, format, name: stateName } = useWords();
  const { may } = useMe();
  const { list, failure, reload, more } = useSessionList(PAGE);
  const shown =
    list &&
    t('session.shown', {
      shown: format.number(list.items.length),
      total: format.number(list.total),
    });
  return (
    <ListCard
      {...{ items: list?.items, failure, reload, next: list?.next ?? null, onMore: more }}
      {...(shown && { shown })}
      textsOf={({ sessionId, phoneNumber, name, state }) => [
        ...[sessionId, phoneNumber, name, state, stateName('state', state)],
      ]}
      empty={
        <Empty icon="sessions" title={t('session.empty')} text={t('session.empty.text')}>
          {may('sessions:manage') && (
            <button type="button" class="button primary" onClick={onNew}>
              {t('session.new')}
            </button>
          )}
        </Empty>
      }
    >
      {(sessions) => <SessionTable sessions={sessions} />}
    </ListCard>
  );
}

function SessionTable({ sessions }: { readonly sessions: readonly Session[] }) {
  const { t, format } = useWords();
  return (
    <Table
      caption={t('session.title')}
      columns={[
        { title: t('session.name') },
        { title: t('session.number'), class: 'hide-narrow' },
        { title: t('session.state') },
        { title: t('session.since'), class: 'hide-narrow' },
        { title: t('session.queue'), class: 'number hide-narrow' },
      ]}
    >
      {sessions.map((session) => (
        <tr key={session.sessionId}>
          <td class="named">
            <Link class="row-link" to={`/sessions/${encodeURIComponent(session.sessionId)}`}>
              {session.sessionId}
            </Link>
            <div class="only-narrow soft small nowrap">{session.phoneNumber}</div>
          </td>
          <td class="hide-narrow">
            <div class="nowrap">{session.phoneNumber ?? '–'}</div>
            <div class="soft small break">{session.name}</div>
          </td>
          <td>
            <StateBadge state={session.state} />
            <div>
              <SessionReason session={session} />
            </div>
          </td>
          <td class="hide-narrow nowrap">{format.moment(session.connectedAt)}</td>
          <td class="number hide-narrow">{format.number(session.queue.waiting)}</td>
        </tr>
      ))}
    </Table>
  );
}

const NAME = /^[A-Za-z0-9_-]{1,64}$/;

function NewSession({ onClose }: { readonly onClose: () => void }) {
  const { t } = useWords();
  const [name, setName] = useState('');
  const [isWrong, setWrong] = useState(false);
  const { run, isBusy, failure } = useAction(
    () => api<SessionRef>('/api/sessions', { method: 'POST', body: { sessionId: name } }),
    ({ id }) => navigate(`/sessions/${encodeURIComponent(id)}`),
  );
  return (
    <Dialog title={t('session.new')} onClose={onClose}>
      <Form
        class="stack"
        onSubmit={() => {
          const isName = NAME.test(name);
          setWrong(!isName);
          if (isName) run();
        }}
      >
        <Field
          {...{ label: t('session.name'), hint: t('session.name.hint'), value: name }}
          {...{ onValue: setName, required: true, autocomplete: 'off' }}
        />
        {isWrong && <Notice tone="bad">{t('session.name.wrong')}</Notice>}
        <FailureNotice of={failure} />
        <DialogActions verb={t('session.create')} isDisabled={isBusy} onCancel={onClose} />
      </Form>
    </Dialog>
  );
}
