import { KindBadge } from '../../../components/badge.tsx';
import { CopyButton } from '../../../components/copy-button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { Skeleton } from '../../../components/empty.tsx';
import { FailureNotice } from '../../../components/notice.tsx';
import { useAction } from '../../../hooks/use-action.ts';
import { useData } from '../../../hooks/use-data.ts';
import { useWords } from '../../../i18n/i18n.tsx';
import { api } from '../../../lib/api.ts';
import type { Webhook, WebhookDelivery, WebhookEvent } from '../../../lib/types.ts';
import { Facts } from '../../sessions/session-facts.tsx';

const REFRESH_MS = 2000;

/** Sends the event of a delivery again. */
export function replay({ id }: Pick<WebhookDelivery, 'id'>): Promise<WebhookDelivery> {
  const path = `/api/webhooks/deliveries/${id}/replay`;
  return api<WebhookDelivery>(path, { method: 'POST', body: {} });
}

type Props = {
  /** The delivery as it was in the list. */
  readonly first: WebhookDelivery;
  readonly webhook: Webhook;
  readonly onChange: () => void;
  readonly onClose: () => void;
};

/** One delivery: what was sent, and what the endpoint answered. */
export function DeliveryDialog({ first, webhook, onChange, onClose }: Props) {
  const { t } = useWords();
  const { data, failure, reload } = useData(
    () => api<WebhookDelivery>(`/api/webhooks/deliveries/${first.id}`),
    { everyMs: REFRESH_MS, of: [first.id] },
  );
  const delivery = data ?? first;
  const again = useAction(replay, () => {
    reload();
    onChange();
  });
  return (
    <Dialog title={delivery.type} isWide onClose={onClose}>
      <KindBadge kind="pushed" value={delivery.status} />
      <DeliveryFacts of={delivery} />
      <FailureNotice of={again.failure ?? failure} />
      <Sent id={delivery.eventId} webhook={webhook} />
      <Received of={delivery} />
      <div class="dialog-actions">
        <button
          type="button"
          class="button"
          disabled={again.isBusy || delivery.status === 'PENDING'}
          onClick={() => again.run(delivery)}
        >
          {t('webhooks.replay')}
        </button>
        <button type="button" class="button primary" onClick={onClose}>
          {t('do.close')}
        </button>
      </div>
    </Dialog>
  );
}

function DeliveryFacts({ of }: { readonly of: WebhookDelivery }) {
  const { t, format } = useWords();
  return (
    <Facts
      of={[
        [t('webhooks.event'), <code key="event">{of.eventId}</code>],
        [t('webhooks.occurred'), format.exact(of.occurredAt)],
        [t('webhooks.attempts'), format.number(of.attempts)],
        [t('webhooks.last'), of.attempts > 0 && format.exact(of.updatedAt)],
        [t('webhooks.next'), of.nextAttemptAt && format.exact(of.nextAttemptAt)],
        [t('webhooks.error'), of.lastError],
      ]}
    />
  );
}

type SentProps = { readonly id: string; readonly webhook: Webhook };

function Sent({ id, webhook }: SentProps) {
  const { t } = useWords();
  const { data, failure, reload } = useData(() => api<WebhookEvent>(`/api/events/${id}`), {
    of: [id],
  });
  const text = data && JSON.stringify(data, null, 2);
  return (
    <section class="stack tight">
      <div class="row spread">
        <h3>{t('webhooks.sent')}</h3>
        {text && <CopyButton text={text} />}
      </div>
      {webhook.fullNumbers && <p class="soft small">{t('webhooks.sent.masked')}</p>}
      <FailureNotice of={failure} retry={reload} />
      {!data && !failure && <Skeleton lines={2} />}
      {text && <pre>{text}</pre>}
    </section>
  );
}

/** The response comes from a stranger. It is only shown as text. */
function Received({ of }: { readonly of: WebhookDelivery }) {
  const { t, format } = useWords();
  const { responseStatus, response, durationMs } = of;
  const took = durationMs === null ? undefined : format.milliseconds(durationMs);
  const head = [responseStatus, took].filter((one) => one !== null && one !== undefined);
  return (
    <section class="stack tight">
      <h3>{t('webhooks.response')}</h3>
      {head.length > 0 && <p class="small">{head.join(' · ')}</p>}
      {response ? (
        <pre dir="auto">{response}</pre>
      ) : (
        <p class="soft small">
          {t(responseStatus === null ? 'webhooks.response.none' : 'webhooks.response.empty')}
        </p>
      )}
    </section>
  );
}
