import { useWords } from '../../i18n/i18n.tsx';
import { useMe } from '../../lib/permissions.ts';

/** A credential, as `formatPrincipal` of the service names it. */
const PRINCIPAL = /\bbootstrap\b|\b(key|user):([\w-]+)/g;

const MOMENT = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** Replaces credentials and times in the details of an entry by what users call them. */
export function useExplain(): (details: string) => string {
  const { t, format } = useWords();
  const { me } = useMe();
  const nameOf = (kind: string | undefined, id: string) => {
    if (kind === undefined) return t('who.bootstrap');
    if (kind === 'key') return t('who.key', { id });
    return me.kind === 'user' && id === String(me.id) ? me.name : t('who.person', { id });
  };
  return (details) =>
    details
      .replaceAll(MOMENT, (time) => format.exact(time))
      .replaceAll(PRINCIPAL, (_, kind: string | undefined, id = '') => nameOf(kind, id));
}
