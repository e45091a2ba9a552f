import { KindBadge } from '../../../components/badge.tsx';
import { Table } from '../../../components/lists/table.tsx';
import { useWords } from '../../../i18n/i18n.tsx';
import type { WebhookDelivery } from '../../../lib/types.ts';

type Props = {
  readonly deliveries: readonly WebhookDelivery[];
  readonly onOpen: (delivery: WebhookDelivery) => void;
  readonly onReplay: (delivery: WebhookDelivery) => void;
};

/** Deliveries to an endpoint. Each one opens its request and response. */
export function DeliveryTable({ deliveries, ...acts }: Props) {
  const { t } = useWords();
  return (
    <Table
      caption={t('webhooks.deliveries')}
      columns={[
        { title: t('webhooks.event') },
        { title: t('webhooks.status') },
        { title: t('webhooks.response'), class: 'hide-narrow' },
        { title: t('webhooks.attempts'), class: 'hide-narrow number' },
        { title: t('keys.actions'), isHidden: true },
      ]}
    >
      {deliveries.map((delivery) => (
        <Row of={delivery} {...acts} key={delivery.id} />
      ))}
    </Table>
  );
}

type RowProps = Omit<Props, 'deliveries'> & { readonly of: WebhookDelivery };

function Row({ of, onOpen, onReplay }: RowProps) {
  const { t, format } = useWords();
  return (
    <tr>
      <td class="named">
        <button type="button" class="link-button" onClick={() => onOpen(of)}>
          {of.type}
        </button>
        <div class="soft small">{format.short(of.createdAt)}</div>
        <div class="soft small hide-narrow">
          <code>{of.eventId}</code>
        </div>
      </td>
      <td>
        <KindBadge kind="pushed" value={of.status} />
        <NextAttempt of={of} />
      </td>
      <td class="hide-narrow small">
        {of.responseStatus ?? <span class="break">{of.lastError ?? '–'}</span>}
        <div class="soft">{of.durationMs !== null && format.milliseconds(of.durationMs)}</div>
      </td>
      <td class="hide-narrow number">{format.number(of.attempts)}</td>
      <td>
        {of.status !== 'PENDING' && (
          <div class="actions end">
            <button
              type="button"
              class="button compact"
              aria-label={`${t('webhooks.replay')}: ${of.type}, ${of.eventId}`}
              onClick={() => onReplay(of)}
            >
              {t('webhooks.replay')}
            </button>
          </div>
        )}
      </td>
    </tr>
  );
}

function NextAttempt({ of }: { readonly of: WebhookDelivery }) {
  const { t, format } = useWords();
  if (of.nextAttemptAt === null) return null;
  return (
    <div class="soft small">{t('webhooks.next.at', { time: format.short(of.nextAttemptAt) })}</div>
  );
}
