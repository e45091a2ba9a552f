import { KindBadge } from '../../components/badge.tsx';
import { Empty } from '../../components/empty.tsx';
import { ListCard } from '../../components/lists/list-card.tsx';
import { Table } from '../../components/lists/table.tsx';
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
      {(calls) => <CallTable calls={calls} />}
    </ListCard>
  );
}

function CallTable({ calls }: { readonly calls: readonly HookCall[] }) {
  const { t } = useWords();
  return (
    <Table
      caption={t('hooks.calls')}
      columns={[
        { title: t('logs.when') },
        { title: t('codes.recipient') },
        { title: t('codes.status') },
        { title: t('codes.channel'), class: 'hide-narrow' },
        { title: t('codes.purpose'), class: 'hide-narrow' },
      ]}
    >
      {calls.map((call) => (
        <Row call={call} key={call.id} />
      ))}
    </Table>
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
        {call.reason && <div class="soft small break">{name('failure', call.reason)}</div>}
      </td>
      <td class="hide-narrow">{call.channel ? name('channel', call.channel) : '–'}</td>
      <td class="hide-narrow">{call.purpose ?? '–'}</td>
    </tr>
  );
}
