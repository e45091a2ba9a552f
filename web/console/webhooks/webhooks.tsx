import { useState } from 'preact/hooks';
import { Empty } from '../../components/empty.tsx';
import { Icon } from '../../components/icon.tsx';
import { ListCard } from '../../components/lists/list-card.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useLatest } from '../../hooks/use-latest.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { useMe } from '../../lib/permissions.ts';
import { navigate } from '../../lib/router.ts';
import type { Webhook } from '../../lib/types.ts';
import { Page } from '../layout/page.tsx';
import { WholeAccount } from '../layout/whole-account.tsx';
import { sendTest } from './webhook-actions.tsx';
import { type Asked, WebhookQuestion } from './webhook-question.tsx';
import { WebhookTable } from './webhook-table.tsx';

const REFRESH_MS = 5000;

/** The endpoints to which the events of the account are sent. */
export function Webhooks() {
  const { t } = useWords();
  const { managesWebhooks } = useMe();
  const [asked, setAsked] = useState<Asked>();
  const actions = managesWebhooks && (
    <>
      <button type="button" class="button" onClick={() => setAsked({ what: 'receiver' })}>
        <Icon name="copy" />
        {t('webhooks.receiver')}
      </button>
      <Begin onAsk={setAsked} />
    </>
  );
  return (
    <Page title={t('webhooks.title')} lead={t('webhooks.lead')} actions={actions}>
      <WholeAccount scope="webhooks:manage">
        <List asked={asked} onAsk={setAsked} />
      </WholeAccount>
    </Page>
  );
}

type AskProps = { readonly onAsk: (asked: Asked | undefined) => void };

function Begin({ onAsk }: AskProps) {
  const { t } = useWords();
  return (
    <button type="button" class="button primary" onClick={() => onAsk({ what: 'new' })}>
      <Icon name="plus" />
      {t('webhooks.new')}
    </button>
  );
}

function List({ asked, onAsk }: AskProps & { readonly asked: Asked | undefined }) {
  const { t } = useWords();
  const { list, failure, reload, more } = useLatest<Webhook>('/api/webhooks', {
    everyMs: REFRESH_MS,
  });
  const test = useAction(async ({ id }: Webhook) => {
    await sendTest(id);
    navigate(`/webhooks/${id}`);
  });
  return (
    <>
      <FailureNotice of={test.failure} />
      <ListCard
        {...{ items: list?.items, failure, reload, next: list?.nextCursor ?? null, onMore: more }}
        textsOf={({ url, description, events }) => [url, description, ...events]}
        empty={
          <Empty icon="webhooks" title={t('webhooks.empty')} text={t('webhooks.empty.text')}>
            <Begin onAsk={onAsk} />
          </Empty>
        }
      >
        {(webhooks) => (
          <WebhookTable
            webhooks={webhooks}
            onTest={test.run}
            onEdit={(webhook) => onAsk({ what: 'edit', webhook })}
          />
        )}
      </ListCard>
      {asked && <WebhookQuestion asked={asked} onAsk={onAsk} onChange={reload} />}
    </>
  );
}
