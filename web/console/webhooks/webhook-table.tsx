import { Table } from '../../components/lists/table.tsx';
import { useWords } from '../../i18n/i18n.tsx';
import type { Webhook } from '../../lib/types.ts';
import { Link } from '../layout/link.tsx';
import { WebhookHealth, WebhookState } from './webhook-state.tsx';

type Props = {
  readonly webhooks: readonly Webhook[];
  readonly onTest: (webhook: Webhook) => void;
  readonly onEdit: (webhook: Webhook) => void;
};

/** The endpoints of the account. URLs and descriptions are untrusted and only shown as text. */
export function WebhookTable({ webhooks, ...acts }: Props) {
  const { t } = useWords();
  return (
    <Table
      caption={t('webhooks.title')}
      columns={[
        { title: t('webhooks.endpoint') },
        { title: t('webhooks.events'), class: 'hide-narrow' },
        { title: t('webhooks.state') },
        { title: t('webhooks.health'), class: 'hide-narrow' },
        { title: t('keys.actions'), isHidden: true },
      ]}
    >
      {webhooks.map((webhook) => (
        <Row of={webhook} {...acts} key={webhook.id} />
      ))}
    </Table>
  );
}

type RowProps = Omit<Props, 'webhooks'> & { readonly of: Webhook };

function Row({ of, onTest, onEdit }: RowProps) {
  const { t } = useWords();
  const acts = { test: onTest, edit: onEdit };
  return (
    <tr>
      <td class="named">
        <Link to={`/webhooks/${of.id}`} class="row-link">
          {of.url}
        </Link>
        {of.description && <div class="soft small">{of.description}</div>}
      </td>
      <td class="hide-narrow small">
        <EventList of={of.events} />
      </td>
      <td>
        <WebhookState of={of} />
        <div class="only-narrow">
          <WebhookHealth of={of} />
        </div>
      </td>
      <td class="hide-narrow">
        <WebhookHealth of={of} />
      </td>
      <td>
        <div class="actions end">
          {(['test', 'edit'] as const).map((what) => (
            <button
              type="button"
              class="button compact"
              aria-label={`${t(`webhooks.${what}`)}: ${of.url}`}
              onClick={() => acts[what](of)}
              key={what}
            >
              {t(`webhooks.${what}`)}
            </button>
          ))}
        </div>
      </td>
    </tr>
  );
}

/** The patterns of the events that an endpoint gets. */
export function EventList({ of }: { readonly of: readonly string[] }) {
  return (
    <>
      {of.map((pattern) => (
        <div key={pattern}>
          <code>{pattern}</code>
        </div>
      ))}
    </>
  );
}
