import { KindBadge, type Tone } from '../../components/badge.tsx';
import { Card } from '../../components/card.tsx';
import { Empty, Skeleton } from '../../components/empty.tsx';
import { FailureNotice, Notice } from '../../components/notice.tsx';
import { useData } from '../../hooks/use-data.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import { recipientOf } from '../../lib/input/recipient.ts';
import { useMe } from '../../lib/permissions.ts';
import { navigate } from '../../lib/router.ts';
import type { Timeline } from '../../lib/types.ts';
import { Link } from '../layout/link.tsx';
import { Gate, Page } from '../layout/page.tsx';
import { RecipientCard } from '../recipients/recipient-card.tsx';
import { Facts } from '../sessions/session-facts.tsx';
import { Story, Verdict } from '../timeline/timeline.tsx';
import { channelOf, stateOf } from './code-state.ts';

/** Loads the timeline of a code. */
export function readTimeline(id: string): Promise<Timeline> {
  return api<Timeline>(`/api/otp/${encodeURIComponent(id)}/timeline`);
}

/** One code, and why it did or did not arrive. */
export function CodePage({ id }: { readonly id: string }) {
  const { t } = useWords();
  const { data, failure, reload } = useData(() => readTimeline(id), { everyMs: 3000, of: [id] });
  const isUnknown = !data && (failure?.status === 400 || failure?.status === 404);
  const above = (
    <Link to="/codes" class="small">
      {t('codes.back')}
    </Link>
  );
  return (
    <Page title={(data && recipientOf(data)) ?? t('codes.title')} above={above}>
      <Gate scopes={['analytics:read', 'otp:send']}>
        {isUnknown ? <NoSuchCode /> : <FailureNotice of={failure} retry={reload} />}
        {!data && !failure && <Skeleton lines={6} />}
        {data && <Details timeline={data} onChange={reload} />}
      </Gate>
    </Page>
  );
}

function NoSuchCode() {
  const { t } = useWords();
  return (
    <Card>
      <Empty icon="search" title={t('codes.unknown')} text={t('codes.unknown.text')}>
        <Link to="/codes" class="button">
          {t('codes.back')}
        </Link>
      </Empty>
    </Card>
  );
}

const TONES: Readonly<Record<string, Tone>> = {
  verified: 'good',
  failed: 'bad',
  expired: 'warn',
  sent: 'calm',
  spent: 'warn',
};

type DetailsProps = { readonly timeline: Timeline; readonly onChange: () => void };

function Details({ timeline, onChange }: DetailsProps) {
  const { t, name, format } = useWords();
  const channel = channelOf(timeline);
  const state = stateOf(timeline);
  return (
    <>
      <Notice tone={TONES[state] ?? 'calm'}>
        <Verdict of={timeline} />
      </Notice>
      <div class="columns">
        <Card title={t('codes.story')}>
          <Story events={timeline.events} />
        </Card>
        <div class="stack">
          <Card title={t('codes.facts')} beside={<KindBadge kind="code" value={state} />}>
            <Facts
              of={[
                [t('codes.recipient'), recipientOf(timeline) ?? t('codes.unknownSender')],
                [t('codes.purpose'), timeline.purpose],
                [t('codes.channel'), channel && name('channel', channel)],
                [t('codes.session'), timeline.sessionId],
                [t('codes.asked'), format.exact(timeline.createdAt)],
                [t('codes.expires'), format.exact(timeline.expiresAt)],
                ['ID', <code key="id">{timeline.verificationId}</code>],
              ]}
            />
          </Card>
          <Support timeline={timeline} onChange={onChange} />
        </div>
      </div>
    </>
  );
}

/** What support can do for the recipient of a code. The codes of other servers are not ours to send again. */
function Support({ timeline, onChange }: DetailsProps) {
  const { may } = useMe();
  const recipient = recipientOf(timeline);
  if (recipient === undefined || timeline.kind === 'relayed') return null;
  const { verificationId, purpose, status, method } = timeline;
  return (
    <RecipientCard
      of={{
        ...{ recipient, purpose, verificationId },
        isWhole: may('otp:send'),
        isLive: status === 'sent',
        isInbound: method === 'inbound',
      }}
      {...{ onChange, onErased: () => navigate('/codes') }}
    />
  );
}
