import { useState } from 'preact/hooks';
import { Card } from '../../components/card.tsx';
import { Skeleton } from '../../components/empty.tsx';
import { FailureNotice, Notice } from '../../components/notice.tsx';
import { useData } from '../../hooks/use-data.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import type { Webhook } from '../../lib/types.ts';
import { Link } from '../layout/link.tsx';
import { Page } from '../layout/page.tsx';
import { WholeAccount } from '../layout/whole-account.tsx';
import { Facts } from '../sessions/session-facts.tsx';
import { Deliveries } from './deliveries/deliveries.tsx';
import { WebhookActions } from './webhook-actions.tsx';
import { type Asked, WebhookQuestion } from './webhook-question.tsx';
import { WebhookHealth, WebhookState } from './webhook-state.tsx';
import { EventList } from './webhook-table.tsx';

const REFRESH_MS = 5000;

type Props = { readonly id: string };

/** One endpoint, and what was sent to it. */
export function WebhookPage({ id }: Props) {
  const { t } = useWords();
  const above = (
    <Link to="/webhooks" class="small">
      {t('webhooks.back')}
    </Link>
  );
  return (
    <Page title={t('webhooks.one')} above={above}>
      <WholeAccount scope="webhooks:manage">
        <Endpoint id={id} />
      </WholeAccount>
    </Page>
  );
}

function Endpoint({ id }: Props) {
  const { t } = useWords();
  const load = () => api<Webhook>(`/api/webhooks/${encodeURIComponent(id)}`);
  const { data, failure, reload } = useData(load, { everyMs: REFRESH_MS, of: [id] });
  const [asked, setAsked] = useState<Asked>();
  // Counts the test events, so that each is shown at once.
  const [tests, setTests] = useState(0);
  return (
    <>
      <FailureNotice of={failure} retry={reload} />
      {!data && !failure && <Skeleton lines={6} />}
      {data && (
        <>
          <WebhookActions
            {...{ webhook: data, onAsk: setAsked, onChange: reload }}
            onTested={() => setTests(tests + 1)}
          />
          {tests > 0 && <Notice tone="good">{t('webhooks.tested')}</Notice>}
          <About webhook={data} />
          <Deliveries webhook={data} tests={tests} />
        </>
      )}
      {asked && <WebhookQuestion asked={asked} onAsk={setAsked} onChange={reload} />}
    </>
  );
}

/** The details of an endpoint. Its URL and description are untrusted and only shown as text. */
function About({ webhook }: { readonly webhook: Webhook }) {
  const { t, format } = useWords();
  return (
    <div class="columns">
      <Card title={t('webhooks.about')}>
        <Facts
          of={[
            [t('webhooks.url'), webhook.url],
            [t('webhooks.description'), webhook.description],
            [t('webhooks.events'), <EventList of={webhook.events} key="events" />],
            [t('webhooks.own'), webhook.sessionId],
            [t('webhooks.sessions'), webhook.sessions?.join(', ')],
            [t('webhooks.purposes'), webhook.purposes?.join(', ')],
            [
              t('webhooks.numbers'),
              t(webhook.fullNumbers ? 'webhooks.numbers.full' : 'webhooks.numbers.masked'),
            ],
            [t('webhooks.created'), format.moment(webhook.createdAt)],
            [t('webhooks.changed'), format.moment(webhook.updatedAt)],
            ['ID', <code key="id">{webhook.id}</code>],
          ]}
        />
      </Card>
      <Card title={t('webhooks.health')}>
        <div>
          <WebhookState of={webhook} />
        </div>
        <WebhookHealth of={webhook} />
      </Card>
    </div>
  );
}
