import type { ComponentChildren } from 'preact';
import { Empty } from '../../components/empty.tsx';
import { ListCard } from '../../components/lists/list-card.tsx';
import { Table } from '../../components/lists/table.tsx';
import { Notice } from '../../components/notice.tsx';
import { usePages } from '../../hooks/use-pages.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { type Range, startOf } from '../../lib/range.ts';
import type { UsageEntry } from '../../lib/types.ts';
import { toPrincipal, useCallers } from './usage-callers.ts';
import { RoutePath } from './usage-views.tsx';

const EVERY_MS = 10_000;

const idOf = ({ hour, accountId, principal, method, route, status }: UsageEntry) =>
  JSON.stringify([hour, accountId, principal, method, route, status]);

type Props = {
  readonly range: Range;
  readonly views: ComponentChildren;
  /** The only route, and the only caller, such as `key:…`; empty for all. */
  readonly route: string;
  readonly caller: string;
  /** Shows the entries of all routes and callers. */
  readonly onAll: () => void;
};

/** The requests of a range by hour, caller, route and status, newest first. */
export function UsageEntries({ range, views, route, caller, onAll }: Props) {
  const { t } = useWords();
  const nameOf = useCallers();
  const { items, next, isLoaded, failure, more, reload } = usePages<UsageEntry>({
    path: '/api/usage',
    query: { from: startOf(range), route, ...toCallerQuery(caller) },
    idOf,
    everyMs: EVERY_MS,
  });
  const only = route || (caller && nameOf(toPrincipal(caller)));
  const all = (
    <button type="button" class="button compact" onClick={onAll}>
      {t('do.clear')}
    </button>
  );
  return (
    <>
      {only && (
        <Notice tone="calm" beside={all}>
          {t('usage.only', { name: only })}
        </Notice>
      )}
      <ListCard
        {...{ items: isLoaded ? items : undefined, failure, reload, next, onMore: more }}
        {...{ title: t('usage.title'), beside: views }}
        textsOf={(entry) => [
          ...[entry.method, entry.route, String(entry.status), nameOf(entry.principal)],
        ]}
        empty={<Empty icon="usage" title={t('usage.empty')} text={t('usage.empty.text')} />}
      >
        {(entries) => <EntryTable entries={entries} nameOf={nameOf} />}
      </ListCard>
    </>
  );
}

function toCallerQuery(caller: string): Readonly<Record<string, string>> {
  const { kind, id } = toPrincipal(caller);
  if (id === null) return {};
  return kind === 'user' ? { userId: id } : { keyId: id };
}

type TableProps = {
  readonly entries: readonly UsageEntry[];
  readonly nameOf: ReturnType<typeof useCallers>;
};

function EntryTable({ entries, nameOf }: TableProps) {
  const { t } = useWords();
  return (
    <Table
      caption={t('usage.title')}
      columns={[
        { title: t('usage.route') },
        { title: t('usage.hour'), class: 'hide-narrow' },
        { title: t('usage.caller'), class: 'hide-narrow' },
        { title: t('usage.status'), class: 'number' },
        { title: t('usage.requests'), class: 'number' },
        { title: t('usage.average'), class: 'number hide-narrow' },
        { title: t('usage.slowest'), class: 'number hide-narrow' },
      ]}
    >
      {entries.map((entry) => (
        <Row entry={entry} caller={nameOf(entry.principal)} key={idOf(entry)} />
      ))}
    </Table>
  );
}

type RowProps = { readonly entry: UsageEntry; readonly caller: string };

function Row({ entry, caller }: RowProps) {
  const { format } = useWords();
  const { status } = entry;
  const serverTone = status >= 500 ? 'bad' : 'warn';
  const hour = format.hour(entry.hour);
  return (
    <tr>
      <td>
        <code>
          {entry.method} <RoutePath of={entry.route} />
        </code>
        <div class="only-narrow soft small break">{`${hour} · ${caller}`}</div>
      </td>
      <td class="nowrap hide-narrow">{hour}</td>
      <td class="hide-narrow break">{caller}</td>
      <td class="number">
        <span class={`badge ${status >= 400 ? serverTone : 'good'}`}>{status}</span>
      </td>
      <td class="number">{format.number(entry.requests)}</td>
      <td class="number hide-narrow nowrap">{format.milliseconds(entry.averageMs)}</td>
      <td class="number hide-narrow nowrap">{format.milliseconds(entry.maxMs)}</td>
    </tr>
  );
}
