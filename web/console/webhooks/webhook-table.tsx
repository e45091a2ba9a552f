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
    <div class="table-wrap">
      <table>
        <caption class="visually-hidden">{t('webhooks.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('webhooks.endpoint')}</th>
            <th scope="col" class="hide-narrow">
              {t('webhooks.events')}
            </th>
            <th scope="col">{t('webhooks.state')}</th>
            <th scope="col" class="hide-narrow">
              {t('webhooks.health')}
            </th>
            <th scope="col">
              <span class="visually-hidden">{t('keys.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {webhooks.map((webhook) => (
            <Row of={webhook} {...acts} key={webhook.id} />
          ))}
        </tbody>
      </table>
    </div>
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
