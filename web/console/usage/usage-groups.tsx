import type { ComponentChildren } from 'preact';
import { Empty } from '../../components/empty.tsx';
import { ListCard } from '../../components/lists/list-card.tsx';
import { SortHead, sorted, useOrder } from '../../components/lists/sorting.tsx';
import { Notice } from '../../components/notice.tsx';
import { useData } from '../../hooks/use-data.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import { type Range, startOf } from '../../lib/range.ts';
import type { UsageGroup, UsagePage } from '../../lib/types.ts';
import { Link } from '../layout/link.tsx';
import { toPrincipal, useCallers } from './usage-callers.ts';
import { RoutePath } from './usage-views.tsx';

const EVERY_MS = 10_000;

type By = 'route' | 'caller';

type Props = { readonly range: Range; readonly by: By; readonly views: ComponentChildren };

/** The requests of a range, summed by route or by caller. */
export function UsageGroups({ range, by, views }: Props) {
  const { t, format } = useWords();
  const nameOf = useCallers();
  const { data, failure, reload } = useData(
    () => api<UsagePage>('/api/usage', { query: { from: startOf(range), by, limit: 1 } }),
    { everyMs: EVERY_MS, of: [range, by] },
  );
  const toName = (value: string) => (by === 'route' ? value : nameOf(toPrincipal(value)));
  if (data?.groups === null) return <Notice tone="warn">{t('usage.tooMany')}</Notice>;
  const leftOut = data?.groupsLeftOut ?? 0;
  return (
    <>
      {leftOut > 0 && (
        <Notice tone="warn">{t('usage.leftOut', { count: format.number(leftOut) })}</Notice>
      )}
      <ListCard
        {...{ items: data?.groups, failure, reload, title: t('usage.title'), beside: views }}
        textsOf={({ value }) => [toName(value)]}
        empty={<Empty icon="usage" title={t('usage.empty')} text={t('usage.empty.text')} />}
      >
        {(groups) => <Table {...{ groups, by, range, toName }} />}
      </ListCard>
    </>
  );
}

const NUMBERS = ['requests', 'clientErrors', 'serverErrors', 'averageMs', 'maxMs'] as const;
type Column = 'value' | (typeof NUMBERS)[number];

type TableProps = Pick<Props, 'by' | 'range'> & {
  readonly groups: readonly UsageGroup[];
  readonly toName: (value: string) => string;
};

function Table({ groups, by, range, toName }: TableProps) {
  const { t } = useWords();
  const { order, sortBy } = useOrder<Column>({ by: 'requests', isDown: true });
  const toValue = (group: UsageGroup) =>
    order.by === 'value' ? toName(group.value) : (group[order.by] ?? 0);
  const head = { order, onSort: sortBy };
  return (
    <div class="table-wrap">
      <table>
        <caption class="visually-hidden">{t(`usage.by.${by}`)}</caption>
        <thead>
          <tr>
            <SortHead
              {...head}
              column="value"
              name={t(by === 'route' ? 'usage.route' : 'usage.caller')}
            />
            {NUMBERS.map((column) => (
              <SortHead
                {...{ ...head, column, key: column, name: t(`usage.${column}`) }}
                class={column === 'requests' ? 'number' : 'number hide-narrow'}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted(groups, toValue, order.isDown).map((group) => (
            <Row {...{ group, by, range, name: toName(group.value) }} key={group.value} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

type RowProps = Pick<Props, 'by' | 'range'> & {
  readonly group: UsageGroup;
  readonly name: string;
};

function Row({ group, by, range, name }: RowProps) {
  const { t, format } = useWords();
  const { requests, clientErrors, serverErrors, averageMs, maxMs } = group;
  const errors = {
    clientErrors: format.number(clientErrors),
    serverErrors: format.number(serverErrors),
    average: format.milliseconds(averageMs),
  };
  return (
    <tr>
      <td class="named">
        <Entries {...{ by, range, value: group.value }}>
          {by === 'route' ? (
            <code>
              <RoutePath of={name} />
            </code>
          ) : (
            name
          )}
        </Entries>
        <div class="only-narrow soft small">{t('usage.errors', errors)}</div>
      </td>
      <td class="number">{format.number(requests)}</td>
      <td class="number hide-narrow">{errors.clientErrors}</td>
      <td class={`number hide-narrow ${serverErrors > 0 ? 'failed' : ''}`}>
        {errors.serverErrors}
      </td>
      <td class="number hide-narrow nowrap">{errors.average}</td>
      <td class="number hide-narrow nowrap">{format.milliseconds(maxMs)}</td>
    </tr>
  );
}

type EntriesProps = Pick<Props, 'by' | 'range'> & {
  readonly value: string;
  readonly children: ComponentChildren;
};

/** Links to the entries of a route or caller. The API lists those of API keys and users. */
function Entries({ by, range, value, children }: EntriesProps) {
  const isListed = by === 'route' || /^(key|user):/.test(value);
  if (!isListed) return <>{children}</>;
  const query = new URLSearchParams({ range, view: 'entries', [by]: value });
  return (
    <Link class="row-link" to={`/usage?${query}`}>
      {children}
    </Link>
  );
}
