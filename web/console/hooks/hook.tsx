import { useState } from 'preact/hooks';
import { Card } from '../../components/card.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Skeleton } from '../../components/empty.tsx';
import { Icon } from '../../components/icon.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useData } from '../../hooks/use-data.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import { useMe } from '../../lib/permissions.ts';
import type { Hook } from '../../lib/types.ts';
import { Link } from '../layout/link.tsx';
import { Page } from '../layout/page.tsx';
import { WholeAccount } from '../layout/whole-account.tsx';
import { Facts } from '../sessions/session-facts.tsx';
import { HookCalls } from './hook-calls.tsx';
import { type Asked, HookQuestion } from './hook-question.tsx';
import { SampleRequest } from './hook-request.tsx';
import { HookState } from './hook-table.tsx';

const REFRESH_MS = 5000;

type Props = { readonly id: string };

/** One hook, how its server calls it, and its last calls. */
export function HookPage({ id }: Props) {
  const { t } = useWords();
  const above = (
    <Link to="/hooks" class="small">
      {t('hooks.back')}
    </Link>
  );
  return (
    <Page title={t('hooks.one')} above={above}>
      <WholeAccount scope="webhooks:manage">
        <Whole id={id} />
      </WholeAccount>
    </Page>
  );
}

function Whole({ id }: Props) {
  const { t } = useWords();
  const load = () => api<Hook>(`/api/hooks/${encodeURIComponent(id)}`);
  const { data, failure, reload } = useData(load, { everyMs: REFRESH_MS, of: [id] });
  const [asked, setAsked] = useState<Asked>();
  return (
    <>
      <FailureNotice of={failure} retry={reload} />
      {!data && !failure && <Skeleton lines={6} />}
      {data && (
        <>
          <Actions hook={data} onAsk={setAsked} onChange={reload} />
          <div class="columns">
            <About hook={data} />
            <Card title={t('hooks.sample')}>
              <SampleRequest id={id} />
            </Card>
          </div>
          <HookCalls id={id} />
        </>
      )}
      {asked && <HookQuestion asked={asked} onAsk={setAsked} onChange={reload} />}
    </>
  );
}

type ActionProps = {
  readonly hook: Hook;
  readonly onAsk: (asked: Asked) => void;
  readonly onChange: () => void;
};

/** What can be done with a hook. All but deleting it also requires the right to send codes. */
function Actions({ hook, onAsk, onChange }: ActionProps) {
  const { t } = useWords();
  const { may } = useMe();
  const { id, isActive } = hook;
  const turn = useAction(
    () => api(`/api/hooks/${id}`, { method: 'PATCH', body: { isActive: !isActive } }),
    onChange,
  );
  const offered = may('otp:send') ? (['edit', 'rotate', 'delete'] as const) : (['delete'] as const);
  return (
    <>
      <div class="actions">
        {may('otp:send') && (
          <button type="button" class="button" disabled={turn.isBusy} onClick={() => turn.run()}>
            <Icon name={isActive ? 'pause' : 'play'} />
            {t(isActive ? 'webhooks.pause' : 'webhooks.resume')}
          </button>
        )}
        {offered.map((what) => (
          <button
            type="button"
            class={`button ${what === 'delete' ? 'danger' : ''}`}
            onClick={() => onAsk({ what, hook })}
            key={what}
          >
            {t(`hooks.${what}`)}
          </button>
        ))}
      </div>
      <FailureNotice of={turn.failure} />
    </>
  );
}

/** The details of a hook. Its description is untrusted and only shown as text. */
function About({ hook }: { readonly hook: Hook }) {
  const { t, name, format } = useWords();
  const ttl = t('hooks.seconds', { count: hook.codeTtlSeconds });
  const channels = hook.channels?.map((channel) => name('channel', channel)).join(', ');
  return (
    <Card title={t('hooks.about')} beside={<HookState of={hook} />}>
      <Facts
        of={[
          [t('hooks.dialect'), name('dialect', hook.dialect)],
          [t('hooks.description'), hook.description],
          [
            t('hooks.url'),
            <div class="stack tight" key="url">
              <code>{hook.url}</code>
              <div>
                <CopyButton text={hook.url} />
              </div>
            </div>,
          ],
          [t('hooks.companyName'), hook.companyName],
          [t('hooks.channels'), channels ?? t('hooks.channels.none')],
          [t('hooks.regions'), hook.regions?.join(', ')],
          [t('hooks.codeTtlSeconds'), ttl],
          [t('hooks.sendsPerHour'), hook.sendsPerHour && format.number(hook.sendsPerHour)],
          [t('hooks.texts'), t(hook.relayText ? 'hooks.texts.server' : 'hooks.texts.own')],
          [t('hooks.linkDomains'), hook.linkDomains?.join(', ')],
          [t('hooks.lastUsed'), hook.lastUsedAt ? format.moment(hook.lastUsedAt) : t('say.never')],
          [t('hooks.lastRefused'), hook.lastRefusedAt && format.moment(hook.lastRefusedAt)],
          [t('webhooks.created'), format.moment(hook.createdAt)],
          ['ID', <code key="id">{hook.id}</code>],
        ]}
      />
    </Card>
  );
}
