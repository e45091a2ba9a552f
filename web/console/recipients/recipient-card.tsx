import { useState } from 'preact/hooks';
import { Badge } from '../../components/badge.tsx';
import { Card } from '../../components/card.tsx';
import { Notice } from '../../components/notice.tsx';
import { useData } from '../../hooks/use-data.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import { seesAllAccounts, useMe } from '../../lib/permissions.ts';
import type { Status } from '../../lib/types.ts';
import { stateOf } from '../codes/code-state.ts';
import { Link } from '../layout/link.tsx';
import { Facts } from '../sessions/session-facts.tsx';
import { listActs, type RecipientAct, RecipientQuestion, type Subject } from './recipient-acts.tsx';

/** Seldom, because these requests count towards the limit on status requests of the recipient. */
const REFRESH_MS = 30_000;

type Props = {
  readonly of: Subject;
  /** Called after something was done. */
  readonly onChange: () => void;
  /** Called after everything about the recipient was erased. */
  readonly onErased: () => void;
};

/** What support can do for a recipient, and whether the recipient is locked. */
export function RecipientCard({ of, onChange, onErased }: Props) {
  const { t } = useWords();
  const who = useMe();
  const [asked, setAsked] = useState<RecipientAct>();
  const [done, setDone] = useState<RecipientAct>();
  const { status, reload } = useStatus(of);
  const acts = listActs(who, of, status);
  if (acts.length === 0 && !status) return null;
  function onDone(act: RecipientAct): void {
    setAsked(undefined);
    setDone(act);
    if (act === 'erase') {
      onErased();
      return;
    }
    reload();
    onChange();
  }
  return (
    <Card title={t('support.recipient')} beside={status && <Lock of={status} />}>
      {status && <About of={status} recipient={of.recipient} />}
      {status?.lockedUntil && (
        <Notice tone="warn">
          {t(acts.includes('unlock') ? 'support.locked.unlock' : 'support.locked.wait')}
        </Notice>
      )}
      {done && <Notice tone="good">{t(`support.${done}.done`)}</Notice>}
      {acts.length > 0 && (
        <div class="actions">
          {acts.map((act) => (
            <button
              type="button"
              class={`button ${act === 'erase' ? 'danger' : ''}`}
              onClick={() => setAsked(act)}
              key={act}
            >
              {t(`support.${act}`)}
            </button>
          ))}
        </div>
      )}
      {asked && (
        <RecipientQuestion
          {...{ act: asked, of, onClose: () => setAsked(undefined) }}
          onDone={() => onDone(asked)}
        />
      )}
    </Card>
  );
}

/** The newest code of the recipient, for callers who may ask for it. Operators act for no account. */
function useStatus({ recipient, purpose, isWhole }: Subject) {
  const { me, may } = useMe();
  const mayRead = isWhole && may('otp:send', 'otp:verify') && !seesAllAccounts(me);
  const path = `/api/otp/status/${encodeURIComponent(recipient)}`;
  const { data, reload } = useData(
    async () => (mayRead ? api<Status>(path, { query: { purpose } }) : undefined),
    { everyMs: mayRead ? REFRESH_MS : 0, of: [recipient, purpose, mayRead] },
  );
  return { status: data, reload };
}

function Lock({ of: { lockedUntil } }: { readonly of: Status }) {
  const { t } = useWords();
  return lockedUntil === null ? (
    <Badge tone="plain" icon="check" text={t('support.notLocked')} />
  ) : (
    <Badge tone="bad" icon="shield" text={t('support.locked')} />
  );
}

type AboutProps = { readonly of: Status; readonly recipient: string };

function About({ of, recipient }: AboutProps) {
  const { t, name, format } = useWords();
  const { status, lockedUntil, createdAt } = of;
  const newest =
    status === 'none'
      ? t('support.noCode')
      : `${name('code', stateOf(of))}, ${format.short(createdAt)}`;
  return (
    <Facts
      of={[
        [t('codes.recipient'), recipient],
        [t('support.newest'), newest],
        [t('support.lockedUntil'), lockedUntil && format.exact(lockedUntil)],
        [
          t('support.more'),
          <span class="row" key="more">
            <Link to={`/codes?recipient=${encodeURIComponent(recipient)}`}>
              {t('support.allCodes')}
            </Link>
            <Link to={`/logs?recipient=${encodeURIComponent(recipient)}`}>
              {t('support.allLogs')}
            </Link>
          </span>,
        ],
      ]}
    />
  );
}
