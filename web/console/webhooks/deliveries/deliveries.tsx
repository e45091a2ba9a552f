import { useEffect, useState } from 'preact/hooks';
import { Card } from '../../../components/card.tsx';
import { Empty, Skeleton } from '../../../components/empty.tsx';
import { Select } from '../../../components/field.tsx';
import { Icon } from '../../../components/icon.tsx';
import { More } from '../../../components/load-more.tsx';
import { FailureNotice, Notice } from '../../../components/notice.tsx';
import { useAction } from '../../../hooks/use-action.ts';
import { useLatest } from '../../../hooks/use-latest.ts';
import { useWords } from '../../../i18n/i18n.tsx';
import { useQuery } from '../../../lib/router.ts';
import type { Webhook, WebhookDelivery } from '../../../lib/types.ts';
import { DeliveryDialog, replay } from './delivery-dialog.tsx';
import { DeliveryTable } from './delivery-table.tsx';
import { ReplayDialog } from './replay-dialog.tsx';

const REFRESH_MS = 3000;

const STATUSES = ['PENDING', 'RETRYING', 'SUCCESS', 'FAILED'] as const;

type Props = {
  readonly webhook: Webhook;
  /** How many test events were sent from this page. */
  readonly tests: number;
};

/** What was sent to an endpoint, newest first, with the last response of each event. */
export function Deliveries({ webhook, tests }: Props) {
  const { t, name } = useWords();
  const [{ status }, setQuery] = useQuery({ status: '' });
  const [isReplaying, setReplaying] = useState(false);
  const [replayed, setReplayed] = useState<number>();
  const path = `/api/webhooks/${webhook.id}/deliveries`;
  const { list, failure, reload, more } = useLatest<WebhookDelivery>(path, {
    ...{ query: { status }, everyMs: REFRESH_MS },
  });
  useEffect(() => {
    if (tests > 0) reload();
  }, [tests, reload]);
  const replayFailed = (
    <button type="button" class="button compact" onClick={() => setReplaying(true)}>
      <Icon name="refresh" />
      {t('webhooks.replayFailed')}
    </button>
  );
  return (
    <Card title={t('webhooks.deliveries')} beside={replayFailed} isFlush>
      <div class="card-body">
        <search class="filters">
          <Select
            label={t('webhooks.status')}
            value={status}
            onValue={(next) => setQuery({ status: next })}
            options={[
              ['', t('say.all')],
              ...STATUSES.map((one) => [one, name('pushed', one)] as const),
            ]}
          />
        </search>
        <FailureNotice of={failure} retry={reload} />
        {replayed !== undefined && (
          <Notice tone="good">{t('webhooks.replayed', { count: replayed })}</Notice>
        )}
      </div>
      {!list && !failure && <Skeleton />}
      {list && <Entries {...{ items: list.items, webhook, status, onChange: reload }} />}
      <More next={list?.nextCursor ?? null} onMore={more} />
      {isReplaying && (
        <ReplayDialog
          id={webhook.id}
          onClose={() => setReplaying(false)}
          onDone={(count) => {
            setReplaying(false);
            setReplayed(count);
            reload();
          }}
        />
      )}
    </Card>
  );
}

type EntriesProps = {
  readonly items: readonly WebhookDelivery[];
  readonly webhook: Webhook;
  readonly status: string;
  readonly onChange: () => void;
};

function Entries({ items, webhook, status, onChange }: EntriesProps) {
  const { t } = useWords();
  const [open, setOpen] = useState<WebhookDelivery>();
  const again = useAction(replay, onChange);
  if (items.length === 0) {
    const word = status === '' ? 'webhooks.noDeliveries' : 'webhooks.noMatches';
    return <Empty icon="webhooks" title={t(word)} text={t(`${word}.text`)} />;
  }
  return (
    <>
      <FailureNotice of={again.failure} />
      <DeliveryTable deliveries={items} onOpen={setOpen} onReplay={again.run} />
      {open && (
        <DeliveryDialog
          {...{ first: open, webhook, onChange }}
          onClose={() => setOpen(undefined)}
        />
      )}
    </>
  );
}
