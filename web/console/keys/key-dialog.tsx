import { KindBadge } from '../../components/badge.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { useCallerName } from '../../hooks/use-caller-name.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { toText } from '../../lib/input/text-list.ts';
import { useQuery } from '../../lib/router.ts';
import type { Key } from '../../lib/types.ts';
import { Facts } from '../sessions/session-facts.tsx';

/** The key that the address names, with all that is known about it. */
export function OpenKey({ keys }: { readonly keys: readonly Key[] }) {
  const { t, name, format } = useWords();
  const nameCaller = useCallerName();
  const [query, setQuery] = useQuery({ key: '' });
  const key = keys.find(({ keyId }) => keyId === query.key);
  if (!key) return null;
  const { sessions, purposes, regions, networks, sendsPerHour } = key;
  return (
    <Dialog title={key.name} onClose={() => setQuery({ key: '' })}>
      <KindBadge kind="keyState" value={key.state} />
      <Facts
        of={[
          [t('keys.prefix'), <code key="prefix">{key.prefix}…</code>],
          [t('keys.mode'), t(key.mode === 'test' ? 'keys.testMode' : 'keys.live')],
          [t('keys.scopes'), key.scopes.map((scope) => name('scope', scope)).join(', ')],
          [t('keys.sessions'), toText(sessions)],
          [t('keys.purposes'), toText(purposes)],
          [t('keys.regions'), toText(regions)],
          [t('keys.networks'), toText(networks)],
          [t('keys.sendsPerHour'), sendsPerHour && format.number(sendsPerHour)],
          [t('keys.expires'), key.expiresAt ? format.moment(key.expiresAt) : t('say.never')],
          [t('keys.used'), key.lastUsedAt ? format.moment(key.lastUsedAt) : t('say.never')],
          [t('webhooks.created'), format.moment(key.createdAt)],
          [t('keys.createdBy'), nameCaller(key.createdBy)],
          [t('keys.revokedAt'), key.revokedAt && format.moment(key.revokedAt)],
          [t('keys.rotatedTo'), key.rotatedTo && <code key="next">{key.rotatedTo}</code>],
          ['ID', <code key="id">{key.keyId}</code>],
        ]}
      />
    </Dialog>
  );
}
