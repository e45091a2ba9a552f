import type { ComponentChildren } from 'preact';
import { Card } from '../../components/card.tsx';
import { Icon } from '../../components/icon.tsx';
import { useAccount } from '../../hooks/use-account.ts';
import { useData } from '../../hooks/use-data.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import { seesAllAccounts, useMe } from '../../lib/permissions.ts';
import type { Activity, ConversionDrops, Page, Session, Webhook } from '../../lib/types.ts';
import { Link } from '../layout/link.tsx';

const EVERY_MS = 30_000;
const DAY_MS = 86_400_000;

/** How many suspicions are shown, of the last day. */
const MOST_SUSPICIONS = 5;

const MOST_WEBHOOKS = 100;

/** The states of a session that was linked and cannot send. */
const DOWN: readonly string[] = [
  ...['backoff', 'replaced', 'logged_out', 'banned', 'outdated', 'failed'],
];

/** What needs a person now; nothing is shown if nothing does. */
export function Alarms({ sessions }: { readonly sessions: readonly Session[] }) {
  const { t, name, format } = useWords();
  const { me, managesWebhooks } = useMe();
  const { accountId: chosen } = useAccount();
  const isOfMany = seesAllAccounts(me) && chosen === '';
  // Operators read the log of one account at a time.
  const readsLog = !seesAllAccounts(me);
  const { data } = useData(() => readAlarms({ managesWebhooks, readsLog }), { everyMs: EVERY_MS });
  const down = sessions.filter(({ state, phoneNumber }) => phoneNumber && DOWN.includes(state));
  const { webhooks = [], suspicions = [], drops = [] } = data ?? {};
  if (down.length + webhooks.length + suspicions.length + drops.length === 0) return null;
  return (
    <Card title={t('alarms.title')} isFlush>
      <ul class="list card-list">
        {down.map(({ sessionId, state }) => (
          <Alarm key={`session ${sessionId}`} to={`/sessions/${encodeURIComponent(sessionId)}`}>
            {t('alarms.session', { session: sessionId, state: name('state', state) })}
          </Alarm>
        ))}
        {webhooks.map(({ id, url }) => (
          <Alarm key={`webhook ${id}`} to={`/webhooks/${encodeURIComponent(id)}`}>
            {t('alarms.webhook', { url })}
          </Alarm>
        ))}
        {drops.map(({ accountId, dimension, value, share, expectedShare }) => (
          <Alarm key={`drop ${accountId} ${dimension} ${value}`} to="/codes">
            {t('alarms.fall', {
              name: [
                isOfMany && accountId,
                dimension === 'channel' ? name('channel', value) : value,
              ]
                .filter(Boolean)
                .join(' · '),
              now: format.share(share),
              usual: format.share(expectedShare),
            })}
          </Alarm>
        ))}
        {suspicions.map(({ id, details, createdAt }) => (
          <Alarm key={`suspicion ${id}`} to="/logs">
            {t('alarms.pumping', { subject: details ?? '', time: format.short(createdAt) })}
          </Alarm>
        ))}
      </ul>
    </Card>
  );
}

type AlarmProps = { readonly to: string; readonly children: ComponentChildren };

function Alarm({ to, children }: AlarmProps) {
  return (
    <li>
      <div class="row alarm">
        <Icon name="alert" />
        <Link class="row-link break" to={to}>
          {children}
        </Link>
      </div>
    </li>
  );
}

type Reach = { readonly managesWebhooks: boolean; readonly readsLog: boolean };

async function readAlarms({ managesWebhooks, readsLog }: Reach) {
  const [webhooks, suspicions, { drops }] = await Promise.all([
    managesWebhooks ? readFailingWebhooks() : [],
    readsLog ? readSuspicions() : [],
    api<ConversionDrops>('/api/analytics/conversion-drops'),
  ]);
  return { webhooks, suspicions, drops };
}

async function readFailingWebhooks(): Promise<readonly Webhook[]> {
  const query = { limit: MOST_WEBHOOKS };
  const { items } = await api<Page<Webhook>>('/api/webhooks', { query });
  return items.filter(({ isActive, failingSince, disabledReason }) =>
    isActive ? failingSince !== null : disabledReason === 'failing' || disabledReason === 'gone',
  );
}

async function readSuspicions(): Promise<readonly Activity[]> {
  const from = new Date(Date.now() - DAY_MS).toISOString();
  const query = { action: 'pumping_suspected', limit: MOST_SUSPICIONS, from };
  return (await api<Page<Activity>>('/api/analytics/logs/activity', { query })).items;
}
