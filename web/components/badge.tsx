import { useWords } from '../i18n/i18n.tsx';
import type { SessionState } from '../lib/types.ts';
import { Icon, type IconName } from './icon.tsx';

export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'calm';

type Props = { readonly tone: Tone; readonly icon: IconName; readonly text: string };

/** Shows a state as a word with a colour and an icon. */
export function Badge({ tone, icon, text }: Props) {
  return (
    <span class={`badge ${tone}`}>
      <Icon name={icon} />
      {text}
    </span>
  );
}

type Look = { readonly tone: Tone; readonly icon: IconName };
const PLAIN: Look = { tone: 'plain', icon: 'clock' };
const GOOD: Look = { tone: 'good', icon: 'check' };
const BAD: Look = { tone: 'bad', icon: 'cross' };
const CALM: Look = { tone: 'calm', icon: 'clock' };

const STATES: Readonly<Record<SessionState, Look>> = {
  unlinked: { tone: 'plain', icon: 'link' },
  qr: { tone: 'calm', icon: 'link' },
  code: { tone: 'calm', icon: 'link' },
  linking: CALM,
  connecting: CALM,
  open: GOOD,
  backoff: { tone: 'warn', icon: 'refresh' },
  stopped: { tone: 'plain', icon: 'pause' },
  replaced: BAD,
  logged_out: BAD,
  banned: BAD,
  outdated: BAD,
  failed: BAD,
};

export function StateBadge({ state }: { readonly state: SessionState }) {
  const { name } = useWords();
  return <Badge {...(STATES[state] ?? PLAIN)} text={name('state', state)} />;
}

/** The tone of each state, by kind. */
const LOOKS: Readonly<Record<string, Look>> = {
  'code.sent': { tone: 'calm', icon: 'send' },
  'code.waiting': CALM,
  'code.spent': { tone: 'warn', icon: 'shield' },
  'code.verified': GOOD,
  'code.expired': { tone: 'plain', icon: 'clock' },
  'code.failed': BAD,
  'delivery.sending': CALM,
  'delivery.accepted': { tone: 'calm', icon: 'check' },
  'delivery.delivered': { tone: 'good', icon: 'checks' },
  'delivery.read': { tone: 'good', icon: 'eye' },
  'delivery.failed': BAD,
  'delivery.unknown': BAD,
  'relay.received': CALM,
  'relay.sending': CALM,
  'relay.accepted': GOOD,
  'relay.failed': BAD,
  'relay.refused': { tone: 'warn', icon: 'shield' },
  'relay.test': { tone: 'plain', icon: 'eye' },
  'log.success': GOOD,
  'log.error': BAD,
  'log.pending': CALM,
  'keyState.active': GOOD,
  'keyState.expired': PLAIN,
  'keyState.revoked': BAD,
  'webhookState.active': GOOD,
  'webhookState.paused': { tone: 'plain', icon: 'pause' },
  'webhookState.disabled': BAD,
  'pushed.PENDING': CALM,
  'pushed.RETRYING': { tone: 'warn', icon: 'refresh' },
  'pushed.SUCCESS': GOOD,
  'pushed.FAILED': BAD,
  'sentState.pending': CALM,
  'sentState.accepted': { tone: 'plain', icon: 'check' },
  'sentState.delivered': { tone: 'plain', icon: 'checks' },
  'sentState.read': { tone: 'good', icon: 'eye' },
  'sentState.failed': BAD,
};

type Kind =
  | 'relay'
  | 'code'
  | 'delivery'
  | 'log'
  | 'keyState'
  | 'webhookState'
  | 'pushed'
  | 'sentState';

export function KindBadge({ kind, value }: { readonly kind: Kind; readonly value: string }) {
  const { name } = useWords();
  return <Badge {...(LOOKS[`${kind}.${value}`] ?? PLAIN)} text={name(kind, value)} />;
}
