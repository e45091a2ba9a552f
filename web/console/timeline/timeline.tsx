import type { Tone } from '../../components/badge.tsx';
import { Icon, type IconName } from '../../components/icon.tsx';
import { useCallerName } from '../../hooks/use-caller-name.ts';
import type { Word } from '../../i18n/en.ts';
import { useWords } from '../../i18n/i18n.tsx';
import type { TimelineEvent } from '../../lib/types.ts';
import { toVerdict } from './diagnosis.ts';

type Look = readonly [tone: Tone, icon: IconName];

const LOOKS: Readonly<Record<string, Look>> = {
  requested: ['calm', 'codes'],
  attempt: ['calm', 'send'],
  accepted: ['calm', 'check'],
  failed: ['bad', 'cross'],
  delivered: ['good', 'checks'],
  read: ['good', 'eye'],
  guess: ['warn', 'key'],
  verified: ['good', 'shield'],
  expired: ['plain', 'clock'],
  limit: ['warn', 'shield'],
  unlocked: ['calm', 'keys'],
  message: ['calm', 'send'],
};

type VerdictProps = { readonly of: Parameters<typeof toVerdict>[0] };

/** Summarises a timeline in one sentence. */
export function Verdict({ of }: VerdictProps) {
  const { t, name } = useWords();
  const { word, channel } = toVerdict(of);
  return <>{t(word, { channel: name('channel', channel) })}</>;
}

/** The events of one code, in order. */
export function Story({ events }: { readonly events: readonly TimelineEvent[] }) {
  return (
    <ol class="timeline">
      {events.map((event, index) => (
        <Step event={event} key={index} />
      ))}
    </ol>
  );
}

/** Whether the title says all that the note says. */
function isSaid({ kind, reason }: TimelineEvent): boolean {
  return kind === 'guess' || reason === 'not_on_channel';
}

function Step({ event }: { readonly event: TimelineEvent }) {
  const { t, name, format } = useWords();
  const [tone, icon] = LOOKS[event.kind] ?? (['plain', 'clock'] as const);
  const title = useTitle(event);
  const nameCaller = useCallerName();
  return (
    <li>
      <span class={`dot ${tone}`}>
        <Icon name={icon} />
      </span>
      <div>
        <div class="strong">{title}</div>
        {event.details && <div class="soft small break">{name('detail', event.details)}</div>}
        {event.note && !isSaid(event) && <div class="soft small break">{event.note}</div>}
        {event.by && (
          <div class="soft small break">{t('event.by', { who: nameCaller(event.by) })}</div>
        )}
        {event.kind === 'attempt' && event.sessionId && (
          <div class="soft small">{t('event.viaSession', { session: event.sessionId })}</div>
        )}
      </div>
      <time class="when" dateTime={event.at} title={format.exact(event.at)}>
        {format.clock(event.at)}
      </time>
    </li>
  );
}

function useTitle({ kind, channel, reason, outcome, limit, note }: TimelineEvent): string {
  const { t, name } = useWords();
  const word = `event.${kind}`;
  if (name('event', kind) === kind) return kind;
  return t(word as Word, {
    channel: name('channel', channel),
    reason: name('reason', reason),
    outcome: outcome ? name('attempt', outcome) : (note ?? ''),
    limit: name('limit', limit),
  });
}
