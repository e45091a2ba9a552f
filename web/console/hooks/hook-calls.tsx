import { KindBadge } from '../../components/badge.tsx';
import { Empty } from '../../components/empty.tsx';
import { ListCard } from '../../components/lists/list-card.tsx';
import { useLatest } from '../../hooks/use-latest.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { useMe } from '../../lib/permissions.ts';
import type { HookCall } from '../../lib/types.ts';
import { Link } from '../layout/link.tsx';

const REFRESH_MS = 3000;

/** The calls of a hook with the right secret, newest first, and what became of their messages. */
export function HookCalls({ id }: { readonly id: string }) {
  const { t } = useWords();
  const path = `/api/hooks/${encodeURIComponent(id)}/calls`;
  const { list, failure, reload, more } = useLatest<HookCall>(path, { everyMs: REFRESH_MS });
  return (
    <ListCard
      {...{ items: list?.items, failure, reload, next: list?.nextCursor ?? null, onMore: more }}
      title={t('hooks.calls')}
      empty={<Empty icon="hooks" title={t('hooks.noCalls')} text={t('hooks.noCalls.text')} />}
      textsOf={({ phoneNumber, purpose, status, reason, channel }) => [
        ...[phoneNumber, purpose, status, reason, channel],
      ]}
    >
      {(calls) => <Table calls={calls} />}
    </ListCard>
  );
}

function Table({ calls }: { readonly calls: readonly HookCall[] }) {
  const { t } = useWords();
  return (
    <div class="table-wrap">
      <table>
        <caption class="visually-hidden">{t('hooks.calls')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('logs.when')}</th>
            <th scope="col">{t('codes.recipient')}</th>
            <th scope="col">{t('codes.status')}</th>
            <th scope="col" class="hide-narrow">
              {t('codes.channel')}
            </th>
            <th scope="col" class="hide-narrow">
              {t('codes.purpose')}
            </th>
          </tr>
        </thead>
        <tbody>
          {calls.map((call) => (
            <Row call={call} key={call.id} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ call }: { readonly call: HookCall }) {
  const { name, format } = useWords();
  const { may, readsAccount } = useMe();
  const time = format.short(call.createdAt);
  return (
    <tr>
      <td class="nowrap">
        {readsAccount || may('otp:send') ? (
          <Link to={`/codes/${call.id}`} class="row-link">
            {time}
          </Link>
        ) : (
          time
        )}
      </td>
      <td class="recipient">{call.phoneNumber ?? '–'}</td>
      <td>
        <KindBadge kind="relay" value={call.status} />
        {call.reason && <div class="soft small break">{name('callReason', call.reason)}</div>}
      </td>
      <td class="hide-narrow">{call.channel ? name('channel', call.channel) : '–'}</td>
      <td class="hide-narrow">{call.purpose ?? '–'}</td>
    </tr>
  );
}
