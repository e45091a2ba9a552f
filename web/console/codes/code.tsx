import { KindBadge, type Tone } from '../../components/badge.tsx';
import { Card } from '../../components/card.tsx';
import { Skeleton } from '../../components/empty.tsx';
import { FailureNotice, Notice } from '../../components/notice.tsx';
import { useData } from '../../hooks/use-data.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import { recipientOf } from '../../lib/input/recipient.ts';
import type { Timeline } from '../../lib/types.ts';
import { Link } from '../layout/link.tsx';
import { Gate, Page } from '../layout/page.tsx';
import { Facts } from '../sessions/session-facts.tsx';
import { toVerdict } from '../timeline/diagnosis.ts';
import { Story, Verdict } from '../timeline/timeline.tsx';
import { channelOf, stateOf } from './inbound-code.ts';

/** Loads the timeline of a code. */
export function readTimeline(id: string): Promise<Timeline> {
  return api<Timeline>(`/api/otp/${encodeURIComponent(id)}/timeline`);
}

/** One code, and why it did or did not arrive. */
export function CodePage({ id }: { readonly id: string }) {
  const { t } = useWords();
  const { data, failure, reload } = useData(() => readTimeline(id), { everyMs: 3000, of: [id] });
  const above = (
    <Link to="/codes" class="small">
      {t('codes.back')}
    </Link>
  );
  return (
    <Page title={(data && recipientOf(data)) ?? t('codes.title')} above={above}>
      <Gate scopes={['analytics:read', 'otp:send']}>
        <FailureNotice of={failure} retry={reload} />
        {!data && !failure && <Skeleton lines={6} />}
        {data && <Details timeline={data} />}
      </Gate>
    </Page>
  );
}

const TONES: Readonly<Record<string, Tone>> = {
  verified: 'good',
  failed: 'bad',
  expired: 'warn',
  sent: 'calm',
};

function Details({ timeline }: { readonly timeline: Timeline }) {
  const { t, name, format } = useWords();
  const { status } = timeline;
  const channel = channelOf(timeline);
  const isSpent = toVerdict(timeline).word === 'verdict.spent';
  return (
    <>
      <Notice tone={isSpent ? 'warn' : (TONES[status] ?? 'calm')}>
        <Verdict of={timeline} />
      </Notice>
      <div class="columns">
        <Card title={t('codes.story')}>
          <Story events={timeline.events} />
        </Card>
        <Card title={t('codes.facts')} beside={<KindBadge kind="code" value={stateOf(timeline)} />}>
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
      </div>
    </>
  );
}
