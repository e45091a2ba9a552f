import { Badge } from '../../components/badge.tsx';
import { Table } from '../../components/lists/table.tsx';
import { useNow } from '../../hooks/use-now.ts';
import { useWords } from '../../i18n/i18n.tsx';
import type { TestNumber } from '../../lib/types.ts';
import { Link } from '../layout/link.tsx';

type Props = {
  readonly numbers: readonly TestNumber[];
  readonly onDelete: (number: TestNumber) => void;
};

/** Test numbers. Each one links to the dialog that replaces its code. */
export function NumberTable({ numbers, onDelete }: Props) {
  const { t } = useWords();
  return (
    <Table
      caption={t('testNumbers.title')}
      columns={[
        { title: t('session.number') },
        { title: t('testNumbers.until') },
        { title: t('webhooks.created'), class: 'hide-narrow' },
        { title: t('keys.actions'), isHidden: true },
      ]}
    >
      {numbers.map((number) => (
        <Row of={number} onDelete={onDelete} key={number.phoneNumber} />
      ))}
    </Table>
  );
}

type RowProps = Omit<Props, 'numbers'> & { readonly of: TestNumber };

function Row({ of, onDelete }: RowProps) {
  const { t, format } = useWords();
  const isOver = new Date(of.validUntil).getTime() <= useNow();
  const { phoneNumber } = of;
  return (
    <tr>
      <td class="recipient">
        <Link class="row-link" to={`/test-numbers?number=${encodeURIComponent(phoneNumber)}`}>
          {phoneNumber}
        </Link>
      </td>
      <td>
        {format.moment(of.validUntil)}
        {isOver && (
          <div>
            <Badge tone="plain" icon="clock" text={t('keyState.expired')} />
          </div>
        )}
      </td>
      <td class="hide-narrow nowrap">{format.moment(of.createdAt)}</td>
      <td>
        <div class="actions end">
          <button
            type="button"
            class="button compact danger"
            aria-label={`${t('testNumbers.delete')}: ${phoneNumber}`}
            onClick={() => onDelete(of)}
          >
            {t('testNumbers.delete')}
          </button>
        </div>
      </td>
    </tr>
  );
}
